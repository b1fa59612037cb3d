import { startEmbeddedPostgres } from '../../adapters/postgres/embedded.ts';

// A process that holds the embedded Postgres of the folder in its first argument until it is killed. Says so in one line of JSON.
const [dataDir = '', settings = '{}'] = process.argv.slice(2);
try {
  const { adopted, connectionString, stop } = await startEmbeddedPostgres({ dataDir, settings: JSON.parse(settings) });
  process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
  setInterval(() => {}, 60_000);
  process.stdout.write(`${JSON.stringify({ adopted, connectionString })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
  process.exitCode = 1;
}
