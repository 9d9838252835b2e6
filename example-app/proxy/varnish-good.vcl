# Varnish as it caches by default: the built-in rules decide, which pass on whatever comes with a cookie.
# A template: @ORIGIN_PORT@ is the app's port on this machine.
#   sed 's/@ORIGIN_PORT@/3000/' varnish-good.vcl > /tmp/good.vcl
#   varnishd -F -n /tmp/varnish -a localhost:8080 -f /tmp/good.vcl

vcl 4.1;

backend origin {
  .host = "127.0.0.1";
  .port = "@ORIGIN_PORT@";
}
