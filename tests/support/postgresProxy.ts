import { connect, createServer, type Socket } from 'node:net';

export type PostgresProxy = {
  readonly connectionString: string;
  /** From now on, every `nth` answer is thrown away together with its connection: the statement was executed, the client cannot know. 0: none. */
  readonly loseEveryNthReply: (nth: number) => void;
  readonly lostReplies: () => number;
  readonly close: () => Promise<void>;
};

const socketPath = (connectionString: string): string =>
  `${new URL(connectionString).searchParams.get('host')}/.s.PGSQL.5432`;

/** A faulty network between a client and the Postgres behind the Unix socket of `connectionString`. */
export const startPostgresProxy = async (connectionString: string): Promise<PostgresProxy> => {
  const sockets = new Set<Socket>();
  let every = 0;
  let replies = 0;
  let lost = 0;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((incoming) => {
    const client = keep(incoming);
    const upstream = keep(connect(socketPath(connectionString)));
    let established = false;
    client.on('data', (chunk) => {
      // 'P' and 'B' begin the messages of a prepared statement; before them comes the start of the session.
      established ||= chunk[0] === 0x50 || chunk[0] === 0x42;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      replies += established ? 1 : 0;
      if (established && every > 0 && replies % every === 0) {
        lost += 1;
        client.destroy();
      } else {
        client.write(chunk);
      }
    });
    client.on('close', () => upstream.end());
    upstream.on('close', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(connectionString);
  url.search = '';
  url.host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  const loseEveryNthReply = (nth: number): void => {
    every = nth;
  };
  return { connectionString: url.href, loseEveryNthReply, lostReplies: () => lost, close };
};
