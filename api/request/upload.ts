import type { Request } from 'express';
import type { KeptFile } from '../../commands/intake/keepFile.ts';
import type { ApiDeps } from '../deps.ts';
import { HttpProblem } from '../problem.ts';
import type { RawInput, Route } from '../route.ts';
import { readBody } from './body.ts';
import { isOfType } from './requestHeaders.ts';
import type { Sent } from './sent.ts';

/** 32 MiB: as many rows as an import takes, of 130 bytes each. */
const fileBytesMax = 33_554_432;

const tooLarge = (): HttpProblem =>
  // The rest of the file was not read, so the connection cannot be used again.
  new HttpProblem('BODY_TOO_LARGE', `A file has at most ${fileBytesMax} bytes; send it in parts.`, {
    headers: { Connection: 'close' },
    retain: false,
  });

/** The chunks of a body as they come; nobody has to hold all of them. The socket stays open for the answer. */
async function* chunksOf(request: Request): AsyncGenerator<Buffer> {
  if (Number(request.headers['content-length'] ?? '0') > fileBytesMax) throw tooLarge();
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > fileBytesMax) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem('MALFORMED_REQUEST', 'The body ended early.', { retain: false });
  }
}

export type Received = {
  /** With the schema of the body that came. */
  readonly route: Route;
  readonly raw: RawInput;
  /** What makes a request with the same key the same: not the bytes of a file, but their hash. */
  readonly body: unknown;
  readonly upload: KeptFile | undefined;
};

/** The body of a command: JSON, or a file that is kept while it comes, with what is said of it in the query. Throws `HttpProblem`, `LogUnavailable`. */
export const receive = async (request: Request, route: Route, deps: ApiDeps): Promise<Received> => {
  const { params, query } = request;
  if (route.upload === undefined || !isOfType(request, route.upload.mediaType)) {
    const body = await readBody(request, route.rawBody);
    return { route, raw: { params, query, body }, body, upload: undefined };
  }
  const upload = await deps.operations.keepFile(chunksOf(request));
  const said = { ...query };
  const raw = { params, query: {}, body: said };
  return { route: { ...route, body: route.upload.body }, raw, body: { ...said, sha256: upload.sha256 }, upload };
};

/** What a request came to. A file that no import was made of is let go of, unless the work may still be going on. */
export const withFile = async (
  { upload }: Pick<Received, 'upload'>,
  { operations }: Pick<ApiDeps, 'operations'>,
  work: () => Promise<Sent>,
): Promise<Sent> => {
  if (upload === undefined) return work();
  try {
    const sent = await work();
    if (sent.status < 500) await operations.releaseFile(upload);
    return sent;
  } catch (error) {
    if (error instanceof HttpProblem && error.status < 500) await operations.releaseFile(upload);
    throw error;
  }
};
