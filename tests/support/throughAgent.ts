import { exchange } from '../../adapters/http/exchange.ts';
import { createAgentCalls } from '../../adapters/postgres/agentCalls.ts';
import { runCarrier } from '../../api/agent/carrier.ts';
import { createServiceLink } from '../../api/agent/serviceLink.ts';
import { makeCarry } from '../../api/agent/target.ts';
import type { Log } from '../../api/deps.ts';
import { startServer } from '../../api/server.ts';
import { reachedAt } from '../../api/wiring/throughAgent.ts';
import type { CarryCall } from '../../commands/ports.ts';
import { makeTestApi } from '../api/testApi.ts';

/** Of no role, so that a test may hand them to whom it likes. */
export const agentKey = (system: string): string => `test_agent_of_${system}_${'k'.repeat(32)}`;

const quiet: Log = { info: () => {}, warn: () => {}, error: () => {} };

type At = { readonly system: string; readonly url: string; readonly authorization?: string };
type Changes = {
  readonly name?: string;
  readonly callsMax?: number;
  readonly logger?: Log;
  readonly serviceUrl?: string;
  /** In the place of a connection to the partner. */
  readonly toPartner?: typeof exchange;
};

/**
 * One service as two processes: an API that agents call over a socket, and another one whose steps wait, which meet in the database
 * alone. Agents are started apart, and alone are told where a partner is.
 */
export const startWithAgents = async () => {
  const api = await makeTestApi();
  const { makeApp } = await import('../../api/app.ts');
  const { makeAuthenticate } = await import('../../api/credentials.ts');
  const atDesk = createAgentCalls(api.database.db, api.database.connectionString, () => {});
  const atSteps = createAgentCalls(api.database.db, api.database.connectionString, () => {});
  const agents = Object.fromEntries(['erp', 'wms', 'idle'].map((system) => [system, agentKey(system)]));
  const authenticate = makeAuthenticate({ keys: { agents } });
  const app = makeApp({ ...api.deps, authenticate, agents: { desk: atDesk.desk, systems: ['erp', 'wms', 'idle'] } });
  const listen = (port = 0) => startServer(app, { host: '127.0.0.1', port });
  let server = await listen();

  const linkOf = (system: string, { name = `${system}-agent`, serviceUrl = server.url }: Changes = {}) =>
    createServiceLink(
      { service: { url: serviceUrl, key: agentKey(system), keyFile: undefined }, name, version: '1' },
      exchange,
    );

  /** Resolves when it is heard of. `stop`: as by SIGTERM. */
  const startAgent = async ({ system, url, authorization }: At, changes: Changes = {}) => {
    const link = linkOf(system, changes);
    await link.take(0, new AbortController().signal);
    const stopping = new AbortController();
    const carry = makeCarry({ url: new URL(url), authorization }, changes.toPartner ?? exchange);
    const { callsMax = 16, logger = quiet } = changes;
    const pauses = { pauseFirstMs: 20, pauseMaxMs: 100 };
    const running = runCarrier({ link, carry, callsMax, logger, ...pauses }, stopping.signal);
    const close = async (): Promise<void> => {
      stopping.abort();
      await running;
    };
    return { close };
  };

  return {
    api,
    carry: atSteps.carry as CarryCall,
    linkOf,
    startAgent,
    url: server.url,
    /** As a partner's HTTP is told of it. */
    reached: (system: string) => reachedAt(system, 'agent', atSteps.carry),
    /** As by a restart: whoever is held is cut off, and for a moment nobody answers. */
    restart: async (meanwhile: () => Promise<void> = async () => {}): Promise<void> => {
      const { port } = server;
      await server.stop(0);
      await meanwhile();
      server = await listen(port);
    },
    desk: atDesk.desk,
    letGo: atDesk.letGo,
    close: async (): Promise<void> => {
      await atSteps.close();
      await atDesk.close();
      await server.stop(0);
      await api.close();
    },
  };
};

export type WithAgents = Awaited<ReturnType<typeof startWithAgents>>;
