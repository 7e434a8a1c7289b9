// CloudFront Function: every address of the UI's own is the one page; what has a suffix is a file.
// /docs is the first page of the documentation.
function handler(event) {
  var request = event.request;
  var name = request.uri.slice(request.uri.lastIndexOf("/") + 1);
  var docs = request.uri === "/docs" || request.uri === "/docs/";
  if (name.indexOf(".") < 0) request.uri = docs ? "/docs/index.html" : "/index.html";
  return request;
}
