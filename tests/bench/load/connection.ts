import { Agent, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';

type Answer = { readonly status: number; readonly hasRetryAfter: boolean };

export type Outgoing = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Connection = { readonly send: (outgoing: Outgoing) => Promise<Answer>; readonly close: () => void };

const headEnd = Buffer.from('\r\n\r\n');

type Parsed = { readonly answer: Answer; readonly size: number };

/** The first whole answer in `bytes`, when there is one. */
const parsed = (bytes: Buffer): Parsed | undefined => {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end).toLowerCase();
  const at = head.indexOf('content-length: ');
  if (at < 0) throw new Error(`an answer without Content-Length: ${head}`);
  const size = end + headEnd.length + Number.parseInt(head.slice(at + 16), 10);
  if (bytes.length < size) return undefined;
  return { answer: { status: Number(head.slice(9, 12)), hasRetryAfter: head.includes('\nretry-after:') }, size };
};

type Waiting = { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void };

/**
 * One keep-alive connection with one request at a time. Written on the bare socket because the generator shares the cores
 * with what it measures: an HTTP client library costs as much as a small server does.
 */
export const bareConnection = (port: number): Connection => {
  let socket: Socket | undefined;
  let waiting: Waiting | undefined;
  let bytes: Buffer = Buffer.alloc(0);

  const fail = (error: Error): void => {
    socket = undefined;
    bytes = Buffer.alloc(0);
    waiting?.reject(error);
    waiting = undefined;
  };

  const take = (chunk: Buffer): void => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const found = parsed(bytes);
    if (found === undefined) return;
    bytes = bytes.subarray(found.size);
    const { resolve } = waiting ?? { resolve: () => {} };
    waiting = undefined;
    resolve(found.answer);
  };

  const open = (): Socket => {
    const opened = connect({ port, host: '127.0.0.1', noDelay: true });
    opened.on('data', take);
    opened.on('error', fail);
    // A server may close what was idle for long; the next request opens another one.
    opened.on('close', () => {
      if (socket === opened) fail(new Error('the connection was closed'));
    });
    return opened;
  };

  const send = ({ path, headers, body }: Outgoing): Promise<Answer> =>
    new Promise((resolve, reject) => {
      let text = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n`;
      for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
      waiting = { resolve, reject };
      socket ??= open();
      socket.write(`${text}\r\n${body}`, 'latin1');
    });

  return { send, close: () => socket?.destroy() };
};

/** The client that Node brings along, with a keep-alive agent: what a channel written in Node would use. */
export const httpConnection = (port: number): Connection => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = ({ path, headers, body }: Outgoing): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const options = { agent, port, host: '127.0.0.1', method: 'POST', path };
      const sent = httpRequest({ ...options, headers: { ...headers, 'Content-Length': body.length } }, (response) => {
        const answer = { status: response.statusCode ?? 0, hasRetryAfter: 'retry-after' in response.headers };
        response
          .on('end', () => resolve(answer))
          .on('error', reject)
          .resume();
      });
      sent.on('error', reject).end(body);
    });
  return { send, close: () => agent.destroy() };
};
