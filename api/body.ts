import type { IncomingMessage } from 'node:http';
import { parseJsonText } from './jsonText.ts';
import { HttpProblem } from './problem.ts';
import { requireJson } from './requestHeaders.ts';

/** 1 MiB: about 8,000 order lines, four times what one order may have. */
export const bodyBytesMax = 1_048_576;

/** What is too large is still read and thrown away up to here, so that the sender gets to see the 413. */
const drainBytesMax = 8 * bodyBytesMax;

const tooLarge = (): HttpProblem =>
  // The rest of the body may not have been read, so the connection cannot be used again.
  new HttpProblem('BODY_TOO_LARGE', `A body has at most ${bodyBytesMax} bytes.`, {
    headers: { Connection: 'close' },
    retain: false,
  });

const bytesOf = async (request: IncomingMessage): Promise<Buffer> => {
  if (Number(request.headers['content-length'] ?? '0') > drainBytesMax) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Leaving the loop early must not destroy the socket that the answer goes through.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= bodyBytesMax) chunks.push(chunk);
      if (size > drainBytesMax) break;
    }
  } catch {
    throw new HttpProblem('MALFORMED_REQUEST', 'The body ended early.', { retain: false });
  }
  if (size > bodyBytesMax) throw tooLarge();
  return Buffer.concat(chunks, size);
};

/** The parsed body of a request. Throws `HttpProblem` 400, 413 or 415. */
export const readJsonBody = async (request: IncomingMessage): Promise<unknown> => {
  requireJson(request);
  const bytes = await bytesOf(request);
  if (bytes.length === 0) throw new HttpProblem('MALFORMED_JSON', 'A JSON body is needed here.');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpProblem('MALFORMED_JSON', 'The body is not UTF-8.');
  }
  return parseJsonText(text);
};
