import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { notesIn } from '../../../adapters/notary/checkpointFolder.ts';
import { verifyEd25519 } from '../../../adapters/notary/signingKey.ts';
import { hashOfEvent } from '../../../commands/evidence/growTree.ts';
import { recompute } from '../../../commands/evidence/recompute.ts';
import { hex } from '../../../domain/evidence/merkle.ts';
import { appended, batchOf, newStream, readFeed } from '../../contracts/logFixtures.ts';
import { plainRoot } from '../../domain/evidence/tree.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { openEventStoreDbLog } from '../../support/eventstoredb/log.ts';
import { startTestServer, type TestServer } from '../../support/eventstoredb/server.ts';
import { makeSealing, type Sealing, settle } from './sealing.ts';

let server: TestServer;
let log: ReturnType<typeof openEventStoreDbLog>;
let database: TestDatabase<never>;
let sealing: Sealing;

beforeAll(async () => {
  server = await startTestServer();
  log = openEventStoreDbLog({ connectionString: server.connectionString });
  database = await createTestDatabase<never>();
  sealing = await makeSealing(database, log);
});
afterAll(async () => {
  await log.close();
  await server.close();
  await database.close();
  await sealing.close();
});

test('a log in EventStoreDB, whose positions have gaps, is sealed by the same code, its checkpoints in its own stream', async () => {
  for (let round = 0; round < 3; round += 1) {
    await appended(log.append(newStream(), 'no-stream', batchOf(120)));
    await settle(sealing.sealer());
    sealing.minutesLater();
  }
  const events = await readFeed(log, 'start');
  const sealed = await sealing.tree.checkpointsAfter(-1, 100);
  expect(sealed.map(({ checkpoint }) => checkpoint.treeSize)).toEqual([120, 241, 362]);
  for (const { checkpoint } of sealed)
    expect(checkpoint.root).toBe(hex(plainRoot(events.slice(0, checkpoint.treeSize).map(hashOfEvent))));
  const indexes = [0, 119, 120, 256, 362];
  expect(await sealing.tree.leafIndexesOf(indexes.flatMap((index) => events[index] ?? []))).toEqual(indexes);
  const folder = `${sealing.folder}/checkpoints`;
  const outside = (await notesIn(folder, sealed[0]?.checkpoint.origin ?? '')).map((note) => ({
    ...note,
    place: folder,
  }));
  const verdict = await recompute({ feed: log, tree: sealing.tree, outside, verifySignature: verifyEd25519 });
  expect(verdict).toMatchObject({ verified: true, events: 363, checkpointsOutside: 3, unsealed: { events: 1 } });
  expect(sealing.alarms).toEqual([]);
});
