// CloudFront Function: lets through whoever brings a signed address of a file, which kenpin/application/signed_urls.py makes.
var crypto = require("crypto");
var KEY = "FILES_KEY";

function mac(text) {
  return crypto.createHmac("sha256", KEY).update(text).digest("hex");
}

function handler(event) {
  var request = event.request;
  var name = request.uri.slice("/files/".length);
  var expires = request.querystring.expires ? request.querystring.expires.value : "";
  var signature = request.querystring.signature ? request.querystring.signature.value : "";
  // Comparing codes of both takes the same time wherever they differ.
  var genuine = mac(signature) === mac(mac("GET\n" + name + "\nexpires=" + expires));
  if (!genuine || Number(expires) * 1000 <= Date.now()) {
    return { statusCode: 403, statusDescription: "Forbidden" };
  }
  request.uri = "/" + name;
  request.querystring = {};
  return request;
}
