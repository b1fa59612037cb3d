import { afterAll, beforeAll, describe } from '@jest/globals';
import { openEventStoreDbLog } from '../support/eventstoredb/log.ts';
import { startTestServer, type TestServer } from '../support/eventstoredb/server.ts';
import { describeEventLog } from './eventLogContract.ts';

/** Both instances over one server, as two processes would have them. */
const logsOn = (connectionString: string) => {
  const [log, other] = [openEventStoreDbLog({ connectionString }), openEventStoreDbLog({ connectionString })];
  return { log, other, close: () => Promise.all([log.close(), other.close()]) };
};

describe('over the wire to the test server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ statsEveryMs: 5 });
  });
  afterAll(() => server.close());

  describeEventLog('EventStoreDB', async () => {
    const logs = logsOn(server.connectionString);
    return { ...logs, close: async () => void (await logs.close()) };
  });
});

// A node of your own: EVENTSTORE_TEST_URL='esdb://admin:changeit@127.0.0.1:2113?tlsCAFile=ca.crt'
const realServer = process.env.EVENTSTORE_TEST_URL;
if (realServer !== undefined && realServer !== '') {
  describeEventLog('a real EventStoreDB', async () => {
    const logs = logsOn(realServer);
    return { ...logs, close: async () => void (await logs.close()) };
  });
}
