import { randomUUID } from 'node:crypto';
import { startTestServer } from './server.ts';
import type { Filled } from './serverProcess.ts';

// The test server as a process of its own: the file, the port and what lies in it from the start are its arguments. Says where
// it listens in one line of JSON.
const [file, port = '0', filled] = process.argv.slice(2);
const server = await startTestServer({ ...(file !== undefined && file !== '' && { file }), port: Number(port) });
if (filled !== undefined) {
  const { stream, events, bytesEach } = JSON.parse(filled) as Filled;
  const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
  const [data, metadata] = [bytes({ text: 'x'.repeat(bytesEach) }), bytes({ schemaVersion: 1 })];
  const kind = { type: 'SomethingHappened', contentType: 'application/json' };
  for (let n = 0; n < events; n += 1)
    server.storage().append(stream, 'any', [{ id: randomUUID(), ...kind, data, metadata }]);
}
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
process.stdout.write(`${JSON.stringify({ connectionString: server.connectionString, port: server.port() })}\n`);
