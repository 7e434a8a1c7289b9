// CloudFront Function: every address of the UI's own is the one page; what has a suffix is a file.
function handler(event) {
  var request = event.request;
  var name = request.uri.slice(request.uri.lastIndexOf("/") + 1);
  if (name.indexOf(".") < 0) request.uri = "/index.html";
  return request;
}
