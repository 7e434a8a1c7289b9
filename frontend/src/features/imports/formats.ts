// The formats that a person can choose where none is recognised, or two are.

/** The names of kenpin/importing/recognise.py, and how people know them. */
export const FORMATS = {
  coco: "COCO",
  yolo: "YOLO",
  voc: "Pascal VOC",
  cvat: "CVAT for images 1.1",
  datumaro: "Datumaro",
  labelme: "labelme",
  "label-studio": "Label Studio JSON",
  lookout: "SageMaker / Lookout manifest",
  csv: "CSV manifest",
  jsonl: "JSON Lines manifest",
  visa: "VisA",
  mvtec: "MVTec AD / LOCO / BTAD",
  casting: "casting",
  folder: "folders",
} as const;
