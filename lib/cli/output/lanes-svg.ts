/** The lanes in points of an SVG, ready for the template: it escapes the texts, this file makes none of the markup. */

import { exchangeTitle } from '../../evidence/text/finding-text.js';
import { printable } from '../../evidence/text/printable.js';
import { bounded, person } from '../../evidence/text/words.js';
import type { Arrow, Bar, Lanes } from './lanes.js';

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly {
    readonly x: number;
    readonly middle: number;
    readonly width: number;
    readonly label: string;
  }[];
  readonly bars: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly text: string;
    readonly title: string;
    readonly leaked: boolean;
  }[];
  readonly arrows: readonly {
    readonly path: string;
    readonly head: string;
    readonly x: number;
    readonly y: number;
    readonly label: string;
  }[];
  readonly times: readonly { readonly y: number; readonly text: string }[];
}

const ROW = 18;
/** Where the times stand. */
const MARGIN = 70;
/** Room for the head of an arrow and its number. */
const GAP = 44;
const NARROWEST = 150;
const SLOT = 110;
const LETTER = 6.2;
const TIMES = 20;

export function drawingOf(lanes: Lanes): Drawing {
  const width = Math.max(NARROWEST, lanes.slots * SLOT);
  const xOf = (lane: number) => MARGIN + lane * (width + GAP);
  const boxes = new Map(lanes.bars.map((bar) => [bar, boxOf(bar, xOf(bar.lane), width / lanes.slots)]));
  const every = Math.max(1, Math.ceil(lanes.rows / TIMES));
  return {
    width: xOf(lanes.people.length),
    height: lanes.rows * ROW + 10,
    lanes: lanes.people.map((label, lane) => ({
      x: xOf(lane),
      middle: xOf(lane) + width / 2,
      width,
      label: shortened(person(label, 'nobody'), width),
    })),
    bars: [...boxes].map(([bar, box]) => ({ ...box, ...textsOf(bar, box.width), leaked: bar.leaked })),
    arrows: lanes.arrows.map((arrow) => arrowOf(arrow, boxes)),
    times: lanes.bars
      .filter(({ firstRow }) => firstRow % every === 0)
      .map(({ firstRow, exchange }) => ({ y: firstRow * ROW + 12, text: `${exchange.startedAt} ms` })),
  };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function boxOf({ slot, firstRow, lastRow }: Bar, x: number, width: number): Box {
  return {
    x: x + slot * width + 2,
    y: firstRow * ROW + 1,
    width: width - 4,
    height: (lastRow - firstRow + 1) * ROW - 3,
  };
}

function textsOf({ exchange }: Bar, width: number): { text: string; title: string } {
  const { method, url, status } = exchange;
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, '');
  return {
    text: shortened(`${status ?? 'failed'} ${method === 'GET' ? '' : `${method} `}${path}`, width - 8),
    title: printable(bounded(`${method} ${url}: ${exchangeTitle(exchange)}`, 500)),
  };
}

/** From side to side, or around the side where both are in one lane. */
function arrowOf({ from, to, finding }: Arrow, boxes: ReadonlyMap<Bar, Box>): Drawing['arrows'][number] {
  const [start, end] = [boxes.get(from) as Box, boxes.get(to) as Box];
  const rightwards = from.lane < to.lane;
  const x1 = rightwards || from.lane === to.lane ? start.x + start.width : start.x;
  const x2 = rightwards ? end.x : end.x + end.width;
  const [y1, y2] = [start.y + start.height / 2, end.y + end.height / 2];
  const back = rightwards ? -1 : 1;
  const reach = Math.min(40, Math.abs(x2 - x1) / 2);
  // At its end the curve comes in level, so that the head needs no turning.
  const bend = from.lane === to.lane ? [x1 + 30, x2 + 30] : [x1 - back * reach, x2 + back * reach];
  const path = `M${x1} ${y1} C${bend[0]} ${y1} ${bend[1]} ${y2} ${x2} ${y2}`;
  const head = `${x2},${y2} ${x2 + back * 9},${y2 - 5} ${x2 + back * 9},${y2 + 5}`;
  return { path, head, x: x2 + back * 18, y: y2, label: String(finding) };
}

function shortened(text: string, width: number): string {
  const most = Math.max(3, Math.floor(width / LETTER));
  return printable(text.length <= most ? text : `${text.slice(0, most - 2)}..`);
}
