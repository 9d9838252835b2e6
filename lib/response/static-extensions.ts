/**
 * Extensions that caches keep by the look of the URL alone. Whoever gets a user to open `/account/x.css` finds the
 * user's account page under that name afterwards (web cache deception), for Express answers it wherever a route takes
 * any suffix. A hole in this list is a hole in the rule, so all of these are whole, as of November 2026:
 *
 * - Cloudflare, "Default cache behavior", default cached file extensions; also `robots.txt`
 * - Akamai, rule "Static Content" of a new property (its `caching` takes no notice of the origin's headers)
 * - bunny.net, "Smart Cache", cacheable extensions
 * - Nginx Proxy Manager, "Cache Assets" (`assets.conf`), which takes no notice of headers either; `css.map`, `js.map`
 *
 * Never "anything behind a dot": `/users/john@example.com` is a page. Left out are what those caches leave out, as
 * `html`, `json` and `xml`, and the `com` that some lists have for programs.
 */
const CLOUDFLARE =
  '7z apk avi avif bin bmp bz2 class css csv doc docx dmg ejs eot eps exe flac gif gz ico iso jar jpeg jpg js mid midi ' +
  'mkv mp3 mp4 ogg otf pdf pict pls png ppt pptx ps rar svg svgz swf tar tif tiff ttf webm webp woff woff2 xls xlsx zip zst';

const AKAMAI =
  'aif aiff au avi bin bmp cab carb cct cdf class css dcr doc docx dtd eot exe flv gcf gff gif grv hdml hqx ico ini jar jp2 ' +
  'jpeg jpg js jxr mid midi mov mp3 nc odt otf pct pdf pict png ppc pws svg svgz swa swf tif tiff ttf txt vbs w32 wav wbmp ' +
  'webp wml wmlc wmls wmlsc woff woff2 xsd zip';

const BUNNY =
  '3g2 3gp 7z aif apk asf avi avif bat bin bmp bz2 class css csv dat dll dmg doc docx ejs eot eps exe flac flv gif gz heic ' +
  'ico iso jar jpeg jpg js m3u8 m4u mid midi mkv mp3 mp4 mpa mpg odt ogg otf pdf pict pls png ppt pptx ps psd rar srt svg ' +
  'svg2 swf tar tif tiff ts ttf txt vob wav webm webp wma woff woff2 xls xlsx xz yuv zip zst';

const NGINX_PROXY_MANAGER = 'css eot gif ico jpeg jpg js map png svg ttf webp woff woff2';

/** Each list as it stands with its vendor: by which extensions were kept one can tell who keeps them. */
export const staticExtensionsOf = {
  cloudflare: CLOUDFLARE.split(' '),
  akamai: AKAMAI.split(' '),
  bunny: BUNNY.split(' '),
  nginxProxyManager: NGINX_PROXY_MANAGER.split(' '),
} as const satisfies Readonly<Record<string, readonly string[]>>;

const EXTENSIONS: ReadonlySet<string> = new Set(Object.values(staticExtensionsOf).flat());

/** Lower case, sorted, for documentation and tests. */
export const staticExtensions: readonly string[] = [...EXTENSIONS].sort();

/**
 * Whether the last segment of a raw path ends like a file that caches keep, as sent or percent-decoded.
 * @param path one that can be decoded
 */
export function looksStatic(path: string): boolean {
  const segment = path.slice(path.lastIndexOf('/') + 1);
  const dot = segment.lastIndexOf('.');
  if (dot === -1) return false;
  const extension = segment.slice(dot + 1);
  if (EXTENSIONS.has(extension)) return true;
  // Trimmed: some servers take blanks at the end for nothing.
  return EXTENSIONS.has((extension.includes('%') ? decodeURIComponent(extension).trim() : extension).toLowerCase());
}
