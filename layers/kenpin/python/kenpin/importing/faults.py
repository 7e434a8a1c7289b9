"""The faults of files and items that an import finds: a code, its parameters and an English text each."""

from enum import Enum

from msgspec import Struct


class Fault(Enum):
    """A message about a file or an item, with a slot for each parameter. Its name in lower case is its code."""

    IN_ANNOTATION = "annotation {number}"
    IN_SHAPE = "shape {number}"
    IN_OBJECT = "object {number}"
    IN_DEFECT = "defect {number}"
    IN_BOX = "box {number}"
    IN_CATEGORY = "category {number}"
    IN_LABEL = "label {number}"
    IN_IMAGE = "image {name}"
    IN_ITEM = "item {name}"
    IN_TASK = "task {name}"
    IN_RESULT = "result {number}"
    IN_ELEMENT = "{kind} {number}"
    IN_LINE = "line {number}"
    IN_CAPTURE = "capture"
    IN_CAPTURED_AT = "captured_at"
    IN_NAMES = "names"
    IN_FILE = "{path}"
    NOT_READ_AS_ANNOTATIONS = "is not read as annotations"
    NO_OBJECT = "{name} is missing or no JSON object"
    IS_NO_OBJECT = "is no JSON object"
    NO_LIST = "{name} is missing or no list"
    IS_NO_LIST = "is no JSON list"
    NO_TEXT = "{name} is missing or no text"
    NO_NUMBER = "{name} is missing or no number"
    UNUSABLE_NUMBER = "{name} is no usable number"
    NO_COUNT = "{name} is no count"
    NOT_A_NUMBER = "{name} '{text}' is no number"
    COORDINATE_NO_NUMBER = "coordinate '{text}' is no number"
    ODD_POLYGON = "{name} has {count} numbers; a polygon has an even count, 6 or more"
    ODD_COORDINATES = "has {count} coordinates; a box has 4, a polygon an even count, 6 or more"
    MISSING = "{name} is missing"
    NO_TWO_NUMBERS = "{name} has not two numbers"
    POINT_NO_PAIR = "{name} has a point without two numbers"
    NO_FOUR_NUMBERS = "{name} has not four numbers"
    NO_TIME = "{text} is no time; write it as 2026-11-28T09:05:00+09:00"
    TWO_DAYS = "{text} may be one of two days; write it as 2026-11-28"
    CANNOT_BE_READ = "cannot be read: {error}"
    NO_KNOWN_ENCODING = "is no text in UTF-8, UTF-16 or CP932; save it as UTF-8"
    NOT_JSON = "not JSON: the error is at line {line}, column {column}"
    NOT_JSON_AT = "not JSON: the error is at column {column}"
    JSON_TOO_DEEP = "not JSON that can be read: a number is too long or the nesting too deep"
    NOT_XML = "not XML: the error is at line {line}, column {column}"
    XML_CHARACTERS = "not XML: its characters are damaged"
    NOT_CSV = "is no CSV that can be read; check its quotes"
    DOCUMENT_TYPE = "has a document type, which is refused; remove the line <!DOCTYPE …>"
    TOO_MANY_CHARACTERS = "{name} has {count} characters; {most} are the most"
    NO_MATCH = "its name has nothing that fits {pattern}"
    UNKNOWN_COLUMN = "unknown column {name}; there are {known}"
    COLUMN_TWICE = "the column {name} is there twice"
    NO_FILE_COLUMN = "its first line names no column file (but {columns})"
    NO_COLUMNS = "its first line names no column"
    RUNS_COVER = "the runs of the mask cover {pixels} pixels, not {width}×{height}"
    RUNS_DAMAGED = "the compressed runs of the mask are damaged"
    RUNS_CUT = "the compressed runs of the mask end in the middle of a number"
    MASK_LEAVES_AT = (
        "the mask at {x}, {y} of {width}×{height} leaves the picture of {picture_width}×{picture_height}"
    )
    MASK_LEAVES = "the mask leaves the picture of {width}×{height}"
    RLE_NOT_BYTES = "rle holds more than bytes"
    RLE_COVERS = "rle covers {pixels} pixels, not {width}×{height}"
    RLE_HEAD = "rle is damaged: its head is of no picture"
    RLE_RUN = "rle is damaged: a run leaves the picture"
    RLE_CUT = "rle is damaged: it ends too early"
    MASK_PIXELS = "a mask of {width}×{height} pixels cannot be read"
    MASK_MISSING = "the mask {path} is missing"
    MASK_UNREADABLE = "the mask {path} cannot be read: {error}"
    MASK_UNREADABLE_INSIDE = "the mask cannot be read: {error}"
    MASK_NO_BASE64 = "the mask is no base64 text"
    MASK_SIZE = "{path} is {width}×{height}, its image {image_width}×{image_height}"
    RUNS_SIZE = "the mask is {width}×{height}, its image {image_width}×{image_height}"
    MASK_NO_INDEX = "the mask {path} has colours, not the index of a class in each pixel"
    MASK_COLOUR = "the mask {path} has {colour}, which its list of colours has not"
    MASK_NO_DIGEST = "the mask {path} has no digest; upload it and name it in `masks`"
    MASK_NOT_ARRIVED = "the mask {path} has not arrived; upload it first"
    MASK_DAMAGED = "the stored bytes of the mask {path} are damaged; upload it again"
    BOX_NO_AREA = "box {left}, {top}, {right}, {bottom} has no area; its corners are swapped"
    BOX_OUTSIDE = "a box of {class_name} lies outside of the picture ({width}×{height})"
    POLYGON_OUTSIDE = "a polygon of {class_name} lies outside of the picture ({width}×{height})"
    NOT_IN_SOURCE = "{path} is not in {source}; put it there"
    TWO_IMAGES = "{path} may be {first} or {second}; name it with its folder"
    TWO_SPLITS = "is put in {first} and in {second}; keep one of the two"
    TWO_LABELS = "is labelled {first} and {second}; keep one of the two"
    TWO_VERDICTS = "is judged {first} and {second}; keep one of the two"
    TWO_SAYINGS = "{first} says {first_verdict} and {second} says {second_verdict}; correct one of the two"
    ANNOTATIONS_SAY = (
        "the annotations say {first_verdict} and {second} says {second_verdict}; correct one of the two"
    )
    OK_WITH_DEFECTS = "is judged OK but names defects; judge it NG or leave the defects out"
    NORMAL_WITH_DEFECTS = "labelled normal and yet with defects; correct one of the two"
    NO_CVAT = "is no CVAT file but <{tag}>"
    CVAT_VIDEO = "is of CVAT for video; export the task as CVAT for images 1.1"
    NO_AREA = "is a shape without an area; Kenpin reads boxes, polygons, ellipses and masks"
    UNKNOWN_SPLIT = "split {word} is none of train, validation and test"
    NO_IMAGE_NAMED = "data names no image"
    NO_CLASS_NAMED = "{name} names no class"
    TURNED_IMAGE = "was drawn on a turned image, which Kenpin does not read"
    BRUSH_FORMAT = "a brush of the format {format} is not read"
    TYPE_NOT_READ = "is of the type {type}, which is not read"
    TYPE_NO_AREA = "is of the type {type}, which has no area that Kenpin reads"
    POINTS_NO_AREA = "is a {type} of {count} points, which has no area that Kenpin reads"
    NO_YAML = "is no YAML that can be read"
    NAME_NO_TEXT = "has an entry that is no text; write each class as text in quotes"
    NO_CLASS_NUMBER = "there is no class {number}; the names have {count} classes from 0"
    HAS_CONFIDENCE = "has a confidence, so it is a prediction; import labels that people checked"
    COORDINATES_IN_PIXELS = "has coordinates in pixels; YOLO's are shares of the image, 0 to 1"
    TYPE_NOT_UNDERSTOOD = "{name} is of type {type}, which is not understood; remove it from the line"
    NO_COLOUR = "hex-color {colour} is no colour such as #23A436"
    FILE_EMPTY = "file is empty"
    MANY_CELLS = "has {count} cells for {columns} columns"
    VALUE_WITHOUT_CLASS = "{name} has a value, but class is empty"
    NO_CATEGORY = "{name} {number} is not in categories"
    CATEGORY_TWICE = "categories has the id {number} twice"
    NO_SEGMENTATION = "segmentation is neither a list of polygons nor RLE"
    UNLISTED_IMAGE = "{count} annotations name the image id {number}, which is not listed"
    UNLISTED_IMAGE_ONCE = "1 annotation names the image id {number}, which is not listed"
    UNKNOWN_FIELD = "unknown field {name}; there are {known}"
    NO_VOC = "is no Pascal VOC annotation but <{tag}>"
    CLASS_LACKING = "the label book has no class {name}; somebody with the role {roles} can add it"
    DECIDED_MEANWHILE = "somebody else decided on the image meanwhile; look at it, or import again"
    TWO_FORMATS = "{name} looks like {formats}; choose with --format"
    NO_FORMAT = "there is no format {name}; there are {formats}"
    NOTHING_FOUND = (
        "no images in {name}: {files} files; kenpin looked for images ({kinds}) and annotations ({formats})"
    )
    PASSED_OVER = "{path}: {why}"
    NO_IMAGES = "no images in {name}; kenpin reads {kinds}"
    LABELS_TOO_LARGE = (
        "the labels of {name} are {size} MB as JSON; 4 MB are the most in a browser. Import it in parts"
    )
    IN_FIELD = "{name}"
    INVALID_JUDGEMENT = "is no valid judgement"
    NO_CLASS_NAMES = "there are no class names; put them into data.yaml (names:) or classes.txt, one a line"


class FaultPart(Struct, frozen=True):
    """A code and the values of its parameters. A fault has several where the first ones name the place."""

    code: str
    parameters: dict[str, str] = {}

    def __str__(self) -> str:
        return Fault[self.code.upper()].value.format_map(self.parameters)


def part_of(fault: Fault, **parameters: object) -> FaultPart:
    return FaultPart(fault.name.lower(), {name: str(value) for name, value in parameters.items()})


class InvalidItem(Exception):
    """A problem with one file, line or object of a source; the others can be used."""

    def __init__(self, fault: Fault, **parameters: object) -> None:
        part = part_of(fault, **parameters)
        self.parts: tuple[FaultPart, ...] = (part,)
        super().__init__(str(part))

    def within(self, place: Fault, **parameters: object) -> "InvalidItem":
        """Return the same problem, with the part of the file that it is in."""
        outer = InvalidItem(place, **parameters)
        outer.parts += self.parts
        outer.args = (f"{outer}: {self}",)
        return outer
