import type { Sent } from './sent.ts';

/** One JSON document a line, as batch readers take it. */
export const linesType = 'application/x-ndjson';

type Page = {
  readonly items: readonly object[];
  readonly next: string;
  readonly more: boolean;
  readonly held: boolean;
  readonly asOfPosition: string;
};

const nextOf = (url: string, { next }: Page): string => {
  const address = new URL(url, 'http://here');
  address.searchParams.set('after', next);
  return `<${address.pathname}${address.search}>; rel="next"`;
};

/** A page as lines, made of the text that is sent otherwise; where it goes on is in the head, as a line would be taken for an item. */
export const linesSent = (sent: Sent, url: string): Sent => {
  const page = JSON.parse(sent.text) as Page;
  return {
    ...sent,
    text: page.items.map((item) => `${JSON.stringify(item)}\n`).join(''),
    headers: {
      'Content-Type': `${linesType}; charset=utf-8`,
      Link: nextOf(url, page),
      'X-Stream-Next': page.next,
      'X-Stream-More': String(page.more),
      'X-Stream-Held': String(page.held),
      'X-As-Of-Position': page.asOfPosition,
    },
  };
};
