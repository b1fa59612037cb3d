import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { HttpProblem } from '../problem.ts';
import { parseJsonText } from './jsonText.ts';
import { isRaw, requireBytes, requireJson } from './requestHeaders.ts';

/** 1 MiB: about 8,000 order lines, four times what one order may have. */
const bodyBytesMax = 1_048_576;

/** What is too large is still read and thrown away up to here, so that the sender gets to see the 413. */
const drainBytesUsual = 8 * bodyBytesMax;

const tooLarge = (bytesMax: number): HttpProblem =>
  // The rest of the body may not have been read, so the connection cannot be used again.
  new HttpProblem('BODY_TOO_LARGE', `A body has at most ${bytesMax} bytes.`, {
    headers: { Connection: 'close' },
    retain: false,
  });

const endedEarly = (): HttpProblem => new HttpProblem('MALFORMED_REQUEST', 'The body ended early.', { retain: false });

/** By events: an async iterator over the stream costs as much as parsing the order that comes through it. */
const bytesOf = (request: IncomingMessage, bytesMax = bodyBytesMax): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const drainBytesMax = Math.max(drainBytesUsual, bytesMax);
    if (Number(request.headers['content-length'] ?? '0') > drainBytesMax) return reject(tooLarge(bytesMax));
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (): void => {
      request.off('data', take).off('end', end).off('error', cut).off('close', cut);
      if (size > bytesMax) reject(tooLarge(bytesMax));
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size));
    };
    const cut = (): void => reject(endedEarly());
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= bytesMax) chunks.push(chunk);
      if (size <= drainBytesMax) return;
      // The rest is left where it is; the socket stays open for the answer.
      request.pause();
      end();
    };
    // Gone before anybody listened: no event comes any more.
    if (request.destroyed) return cut();
    request.on('data', take).on('end', end).on('error', cut).on('close', cut);
  });

const byteOrderMark = 0xfeff;

const textOf = (bytes: Buffer): string => {
  if (!isUtf8(bytes)) throw new HttpProblem('MALFORMED_JSON', 'The body is not UTF-8.');
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
};

/** The parsed body of a request. Throws `HttpProblem` 400, 413 or 415. */
export const readJsonBody = async (request: IncomingMessage): Promise<unknown> => {
  requireJson(request);
  const bytes = await bytesOf(request);
  if (bytes.length === 0) throw new HttpProblem('MALFORMED_JSON', 'A JSON body is needed here.');
  return parseJsonText(textOf(bytes));
};

/** The bytes of a body that says it is nothing else, as many as are wanted of it; there may be none. Throws `HttpProblem` 400, 413 or 415. */
export const readBytes = (request: IncomingMessage, bytesMax: number): Promise<Buffer> => {
  requireBytes(request);
  return bytesOf(request, bytesMax);
};

/** As `readJsonBody`, or out of the bytes themselves where a route takes those too. */
export const readBody = async (
  request: IncomingMessage,
  rawBody: ((bytes: Buffer) => unknown) | undefined,
): Promise<unknown> => {
  if (rawBody === undefined || !isRaw(request)) return readJsonBody(request);
  const bytes = await bytesOf(request);
  if (bytes.length === 0) throw new HttpProblem('MALFORMED_REQUEST', 'A body is needed here.');
  return rawBody(bytes);
};
