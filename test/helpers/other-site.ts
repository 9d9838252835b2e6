/** Another site than localhost, as browsers see it: 127.0.0.1, with whatever page a test gives it. */
import { createServer } from 'node:http';

export interface OtherSite {
  /** The URL of a page with this body. */
  page(body: string): string;
  close(): Promise<void>;
}

export async function startOtherSite(): Promise<OtherSite> {
  const pages: string[] = [];
  const server = createServer((req, res) => {
    const body = pages[Number(req.url?.slice(1))];
    res.statusCode = body === undefined ? 404 : 200;
    res.setHeader('Content-Type', 'text/html; charset=utf-8');
    res.end(`<!doctype html><title>elsewhere</title>${body ?? ''}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    page: (body) => `http://127.0.0.1:${port}/${pages.push(body) - 1}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
