import type { AsOf } from '../../projections/asOf.ts';
import type { Sent } from './sent.ts';

/** A page is one file: it runs nothing, loads nothing and sends nothing anywhere. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/**
 * An answer as people read it, made of the text that is sent otherwise: what may not be read is masked in it already. How fresh
 * it is stands in the head, so that the page is the same as long as its document is. It names people, so nobody in between
 * keeps it: what is erased here must not come back from there.
 */
export const pageSent = (sent: Sent, form: string, page: (body: object) => string): Sent => {
  const body = JSON.parse(sent.text) as AsOf;
  const { ETag } = sent.headers;
  return {
    ...sent,
    text: page(body),
    headers: {
      'Content-Type': `${form}; charset=utf-8`,
      ...(ETag !== undefined && { ETag }),
      'X-As-Of-Position': body.asOfPosition,
      'X-Lag-Ms': String(body.lagMs),
      'Cache-Control': 'no-store',
      Vary: 'Accept',
      'Content-Security-Policy': policy,
    },
  };
};
