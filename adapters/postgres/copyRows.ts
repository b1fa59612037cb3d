import { once } from 'node:events';
import type { Socket } from 'node:net';
import type pg from 'pg';

/** What `pg` hands to a query object of our own; it brings no COPY along but speaks its protocol. */
type Connection = {
  readonly stream: Socket;
  readonly query: (text: string) => void;
  readonly sendCopyFromChunk: (chunk: Buffer) => void;
  readonly endCopyFrom: () => void;
  readonly sendCopyFail: (reason: string) => void;
};

const special = /[\\\t\n\r]/;

/** A field of the text format of COPY. */
export const copyText = (text: string): string =>
  special.test(text)
    ? text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
    : text;

/**
 * `COPY … FROM STDIN` in text format, from pieces of any size. Waits whenever the socket is full, so memory stays
 * bounded. Answers with the number of rows.
 */
export const copyRows = (
  client: Pick<pg.ClientBase, 'query'>,
  statement: string,
  pieces: Iterable<string | Buffer>,
): Promise<number> =>
  new Promise((resolve, reject) => {
    let copied = 0;
    let failure: Error | undefined;
    const send = async (connection: Connection): Promise<void> => {
      for (const piece of pieces) {
        if (failure !== undefined) return;
        connection.sendCopyFromChunk(typeof piece === 'string' ? Buffer.from(piece) : piece);
        if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain');
      }
      connection.endCopyFrom();
    };
    const query = {
      // The client puts what ends its own watch over the time here.
      callback: (_error: Error | null): void => {},
      submit: (connection: Connection): void => connection.query(statement),
      handleCopyInResponse: (connection: Connection): void => {
        send(connection).catch((error: unknown) => {
          failure = error instanceof Error ? error : new Error(String(error));
          connection.sendCopyFail(failure.message);
        });
      },
      handleCommandComplete: ({ text }: { readonly text: string }): void => {
        copied = Number(text.split(' ')[1]);
      },
      // The client lets go of a query that failed, so nothing else is heard afterwards.
      handleError: (error: Error): void => {
        failure ??= error;
        query.callback(failure);
        reject(failure);
      },
      handleReadyForQuery: (): void => {
        query.callback(null);
        resolve(copied);
      },
    };
    client.query(query as unknown as pg.Submittable);
  });
