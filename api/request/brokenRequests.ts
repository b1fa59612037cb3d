import { randomUUID } from 'node:crypto';
import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HttpProblem } from '../problem.ts';
import { problemSent } from './sent.ts';

/** Nobody knows which address was meant. */
const instance = '/';

const problemOf = (code: string | undefined): HttpProblem => {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new HttpProblem('REQUEST_TIMEOUT', 'The request did not arrive in time. Send it again, with the same key.', {
      headers: { 'Retry-After': '1' },
    });
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HttpProblem('HEADERS_TOO_LARGE', 'The head of this request is larger than is read here.');
  return new HttpProblem('MALFORMED_REQUEST', 'This is not a well-formed HTTP request.');
};

const textOf = (problem: HttpProblem): string => {
  const correlationId = randomUUID();
  const { status, headers, text } = problemSent(problem, instance, correlationId);
  const lines = Object.entries({
    ...headers,
    'X-Correlation-Id': correlationId,
    'Content-Length': Buffer.byteLength(text),
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${text}`;
};

/** Node keeps there what it answers at the moment. */
type Answering = Socket & { readonly _httpMessage?: Pick<ServerResponse, 'headersSent'> | null };

/**
 * What never becomes a request, because it is not well-formed or does not arrive in time, reaches no route. It is answered
 * with a problem document all the same, and the connection is closed, as Node does by itself without saying why. A process
 * that stood still finds requests too late as well that came while it could not read them.
 */
export const answerBrokenRequests = (server: Server | TlsServer): void => {
  server.on('clientError', (error: NodeJS.ErrnoException, stream: Duplex) => {
    const socket: Answering = stream as Socket;
    const isUnderWay = socket._httpMessage?.headersSent === true;
    if (socket.writable && !isUnderWay) socket.write(textOf(problemOf(error.code)));
    socket.destroySoon();
  });
};
