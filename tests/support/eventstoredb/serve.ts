import { startTestServer } from './server.ts';

// The test server as a process of its own: the file and the port are its arguments. Says where it listens in one line of JSON.
const [file, port = '0'] = process.argv.slice(2);
const server = await startTestServer({ ...(file !== undefined && file !== '' && { file }), port: Number(port) });
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
process.stdout.write(`${JSON.stringify({ connectionString: server.connectionString, port: server.port() })}\n`);
