import type { Sent } from './sent.ts';

/** What a caller accepts who wants the bytes themselves. */
export const rawBytes = 'application/octet-stream';

/** An answer as the bytes that it is about, made of what is sent otherwise: what may not be read is masked in it already. */
export const bytesSent = (sent: Sent, asBytes: (body: object) => Buffer): Sent => ({
  ...sent,
  text: asBytes(JSON.parse(sent.text) as object).toString('latin1'),
  encoding: 'latin1',
  // Never shown by a browser as a page of ours: it is somebody else's text.
  headers: { 'Content-Type': rawBytes, 'Content-Disposition': 'attachment' },
});
