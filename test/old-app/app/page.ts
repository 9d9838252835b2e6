import { personOf, type Request, type Response } from './types.js';

/** The layout: whose page it is, what was flashed, and the content. */
export function page(req: Request, content: string): string {
  const flashed = Object.entries(req.flash()).flatMap(([kind, texts]) => texts.map((text) => `${kind}: ${text}`));
  const messages = flashed.map((text) => `<p class="flash">${text}</p>`).join('');
  return `<!doctype html><body data-user="${personOf(req)?.name ?? ''}">${messages}${content}</body>`;
}

export function form(res: Response, action: string, fields: string): string {
  return `<form method="post" action="${action}"><input type="hidden" name="_csrf" value="${res.locals.csrfToken()}">${fields}</form>`;
}
