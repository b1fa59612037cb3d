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
 * `COPY … FROM STDIN` in text format, from pieces of any size. The rows follow the statement at once: a server that refuses
 * it passes over them, and one that takes it need not be waited for. Waits whenever the socket is full, so memory stays
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
      // What comes after the answer to a statement that failed would be taken for rows of the next one.
      if (failure === undefined) connection.endCopyFrom();
    };
    const query = {
      // The client puts what ends its own watch over the time here.
      callback: (_error: Error | null): void => {},
      submit: (connection: Connection): void => {
        // Few rows are one packet with their statement.
        connection.stream.cork();
        connection.query(statement);
        send(connection).catch((error: unknown) => {
          if (failure !== undefined) return;
          failure = error instanceof Error ? error : new Error(String(error));
          connection.sendCopyFail(failure.message);
        });
        connection.stream.uncork();
      },
      handleCopyInResponse: (): void => {},
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
