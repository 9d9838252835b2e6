/**
 * One origin with three apps, each of them the rows of the table: bare, behind `guard()`, and with the kit. Every answer
 * carries a mark of its own in body, header and cookie, and the origin remembers for whom it made it.
 */
import { EventEmitter } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Request, type Response } from 'express';
import { guard } from '../../lib/guard.js';
import { markPrivate, markPublic } from '../../lib/response/sharing.js';
import { type Kit, makeKit } from '../helpers/kit-app.js';
import { type Front, type Person, ROWS, type Row } from './table.js';

export interface TableOrigin {
  readonly port: number;
  /** For whom the answer with this mark was made. */
  madeFor(mark: string): Person | undefined;
  /** `came PATH` for each request; `held PATH` when half of an answer has left, with what sends the rest. */
  readonly moments: EventEmitter;
  close(): Promise<void>;
}

/** The session cookie that `guard()` knows. */
export const SESSION = 'sid';
/** Request headers that no cache takes notice of, and that are no credentials: who asks, and whether to stop half-way. */
export const ASKER = 'x-asker';
export const HOLD = 'x-hold';
export const MARK = 'x-mark';

export function pathOf(front: Front, row: Row, place: string): string {
  const declared = row.declared === 'option' ? 'public' : 'page';
  return `/${front}/${declared}/${ROWS.indexOf(row)}/${place}${row.suffix ?? ''}`;
}

export async function startTableOrigin(): Promise<TableOrigin> {
  const made = new Map<string, Person>();
  const moments = new EventEmitter();
  const mark = (who: Person) => {
    const fresh = `mark-${made.size}-`;
    made.set(fresh, who);
    return fresh;
  };
  const kit = makeKit({ public: ['/kit/public'] });
  const watching = guard({ cookies: [SESSION], public: ['/guard/public'], log: false });
  const world = { mark, moments };
  const apps: Readonly<Record<Front, RequestListener>> = {
    bare: withRows(express(), { ...world, prepare: () => {} }),
    guard: withRows(express().use(watching), { ...world, prepare: declare }),
    kit: withRows(withLogin(express().use(kit), kit), {
      ...world,
      prepare(row, req, res) {
        declare(row, req, res);
        if (row.reads) void kit.of(req).subject;
      },
    }),
  };
  const server = createServer((req, res) => apps[(req.url ?? '').split('/')[1] as Front](req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    moments,
    madeFor: (some) => made.get(some),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      watching.close();
      await kit.close();
    },
  };
}

interface World {
  /** A new mark, made for this person. */
  mark(who: Person): string;
  readonly moments: EventEmitter;
  /** What a handler does with what is in front of it. */
  prepare(row: Row, req: Request, res: Response): void;
}

function withLogin(app: Express, kit: Kit): Express {
  return app.post('/kit/login/:who', async (req, res) => {
    await kit.of(req).start(req.params.who);
    res.end();
  });
}

function withRows(app: Express, world: World): Express {
  app.disable('x-powered-by');
  return app.all('/:front/:declared/:row{/*place}', (req, res) => {
    const row = ROWS[Number(req.params.row)];
    if (row === undefined) return res.sendStatus(400);
    world.moments.emit(`came ${req.originalUrl}`);
    answer(row, req, res, world);
  });
}

function declare(row: Row, _req: Request, res: Response): void {
  if (row.declared === 'call') markPublic(res);
  if (row.declared === 'private') markPrivate(res);
}

function answer(row: Row, req: Request, res: Response, { mark, moments, prepare }: World): void {
  const who = (req.get(ASKER) ?? 'nobody') as Person;
  const own = mark(who);
  const { method = 'GET', headers, status = 200 } = row;
  res.set(MARK, own);
  // After a POST or OPTIONS, what others GET under its path is another page.
  if (method !== 'GET' && req.method !== method) return void res.set('Cache-Control', 'private, no-store').send(own);
  prepare(row, req, res);
  res
    .status(status)
    .type('text')
    .set({ ETag: `"${who}"`, ...headers });
  if (method === 'POST') res.set('Content-Location', req.originalUrl);
  if (row.cookie !== undefined) res.append('Set-Cookie', cookieLine(row.cookie, own));
  const body = `${own} for ${who}`;
  if (req.get(HOLD) === undefined) {
    sendRange(req, res, body);
  } else {
    res.write(body);
    moments.emit(`held ${req.originalUrl}`, () => res.end());
  }
}

function cookieLine(kind: NonNullable<Row['cookie']>, mark: string): string {
  return kind === 'a cart' ? `cart=${mark}; Path=/` : `${SESSION}=${mark}; Path=/; Max-Age=0`;
}

function sendRange(req: Request, res: Response, body: string): void {
  const ranges = res.statusCode === 200 && req.method === 'GET' ? req.range(body.length) : undefined;
  const range = Array.isArray(ranges) && ranges.type === 'bytes' ? ranges[0] : undefined;
  if (range === undefined) return void res.send(body);
  res.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${body.length}`);
  res.send(body.slice(range.start, range.end + 1));
}
