import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exchange } from '../../adapters/http/exchange.ts';
import { makeLogger } from '../../adapters/telemetry/log.ts';
import { ConfigInvalid } from '../config.ts';
import { runCarrier } from './carrier.ts';
import { readAgentConfig } from './environment.ts';
import { createServiceLink } from './serviceLink.ts';
import { makeCarry } from './target.ts';

/** What was begun has so long to end; the service then knows that no answer came. */
const stopWithinMs = 4_500;

const versionOf = async (): Promise<string> =>
  (JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string }).version;

const run = async (): Promise<void> => {
  const config = readAgentConfig(process.env);
  const logger = makeLogger(config.logLevel);
  const stopping = new AbortController();
  const stop = (): void => {
    setTimeout(() => process.exit(0), stopWithinMs).unref();
    stopping.abort();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const link = createServiceLink({ ...config, version: await versionOf() }, exchange);
  const carry = makeCarry(config.target, exchange);
  logger.info({ service: config.service.url, target: config.target.url.href }, 'the agent asks for calls');
  await runCarrier({ link, carry, callsMax: config.callsMax, logger }, stopping.signal);
  process.exit(0);
};

/** The agent of this process, until a signal ends it. A configuration that is wrong ends the process with 1, and says why. */
export const runAgent = (): Promise<void> =>
  run().catch((error: unknown) => {
    const detail = error instanceof Error && !(error instanceof ConfigInvalid) ? error.stack : String(error);
    console.error(`\nThe agent did not start: ${error instanceof ConfigInvalid ? error.message : detail}\n`);
    process.exit(1);
  });
