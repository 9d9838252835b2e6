# Varnish as people set it up to "cache everything for a second": cookies and query are not in the key, what the origin
# says does not count, Set-Cookie is kept.
# A template: @ORIGIN_PORT@ is the app's port on this machine.
#   sed 's/@ORIGIN_PORT@/3000/' varnish-careless.vcl > /tmp/careless.vcl
#   varnishd -F -n /tmp/varnish -a localhost:8080 -f /tmp/careless.vcl

vcl 4.1;

backend origin {
  .host = "127.0.0.1";
  .port = "@ORIGIN_PORT@";
}

sub vcl_recv {
  # Without this, the built-in rules pass on whatever comes with a cookie or with Authorization.
  if (req.method == "GET" || req.method == "HEAD") {
    return (hash);
  }
}

sub vcl_hash {
  hash_data(regsub(req.url, "\?.*$", ""));
  return (lookup);
}

sub vcl_backend_response {
  unset beresp.http.Vary;
  set beresp.ttl = 1s;
  set beresp.grace = 0s;
  set beresp.uncacheable = false;
  # Without this, the built-in rules keep nothing that is private or sets a cookie.
  return (deliver);
}
