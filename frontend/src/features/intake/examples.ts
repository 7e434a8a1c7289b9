// The examples that a line's engineer copies: a test event with curl, and a picture with Python.
export interface Connection {
  address: string;
  dataset_id: string;
  line: string;
}

/** The source of the test events of a line, apart from the sources of its images. */
export const testSource = (line: string) => `/connection-test/${encodeURIComponent(line)}`;

/** Return an event that is checked and answered like one of an image, and that registers nothing. */
export function testEvent({ dataset_id, line }: Connection, id: string) {
  return {
    specversion: "1.0",
    type: "kenpin.image.captured.v1",
    source: testSource(line),
    id,
    kenpintest: true,
    data: { dataset_id, digest: "0".repeat(64), capture: { line } },
  };
}

const inShell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

export function curlExample(to: Connection): string {
  return [
    "export KENPIN_TOKEN=…",
    `curl ${inShell(`${to.address}/v1/intake`)} \\`,
    '  -H "Authorization: Bearer $KENPIN_TOKEN" -H "Content-Type: application/json" \\',
    `  -d ${inShell(JSON.stringify([testEvent(to, "test-1")]))}`,
  ].join("\n");
}

export function pythonExample({ address, dataset_id, line }: Connection): string {
  const text = (value: string) => JSON.stringify(value);
  return `import hashlib, json, mimetypes, os, pathlib, sys, urllib.parse, urllib.request

ADDRESS, DATASET, LINE = ${text(address)}, ${text(dataset_id)}, ${text(line)}

def post(path, body):
    head = {"Authorization": "Bearer " + os.environ["KENPIN_TOKEN"], "Content-Type": "application/json"}
    request = urllib.request.Request(ADDRESS + path, json.dumps(body).encode(), head)
    return json.load(urllib.request.urlopen(request))

picture = pathlib.Path(sys.argv[1])
body = picture.read_bytes()
digest = hashlib.sha256(body).hexdigest()
media_type = mimetypes.guess_type(picture.name)[0] or "image/png"
file = {"digest": digest, "size": len(body), "media_type": media_type}
upload = post(f"/v1/datasets/{DATASET}/uploads", {"files": [file]})["uploads"][0]
if upload["url"]:
    url = urllib.parse.urljoin(ADDRESS, upload["url"])
    urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": media_type}, method="PUT"))
data = {"dataset_id": DATASET, "digest": digest, "name": picture.name, "capture": {"line": LINE}}
event = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": "/lines/" + urllib.parse.quote(LINE)}
print(post("/v1/intake", [{**event, "id": digest, "data": data}]))
`;
}
