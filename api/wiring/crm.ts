import { createCrmClient } from '../../adapters/crm/client.ts';
import { startCrmSimulator } from '../../adapters/crm/simulator.ts';
import type { ServeSimulator } from '../../adapters/http/simulatedPartner.ts';
import { runCrmInboxes } from '../../commands/inbox/crmInbox.ts';
import { isAdapterPaused } from '../../commands/steering/controls.ts';
import type { Config } from '../config.ts';
import { bearer, type Hooks, tracedHttp } from './partnerHttp.ts';
import { unlessAborted } from './pauses.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

/** By the name that its calls go under, in events too. */
export const crmAdapter = 'crm';

type Settings = Pick<Config, 'crm' | 'embedded'>;

/** A simulator is for embedded mode alone; elsewhere who names no CRM has none. */
export const hasCrm = ({ crm, embedded }: Settings): boolean => embedded || crm.url !== undefined;

type Place = {
  readonly hooks: Hooks;
  readonly simulators: { readonly serve: ServeSimulator; readonly host: string; readonly directory?: string };
};

/** Undefined: there is none. */
export const connectCrm = async (config: Settings, { hooks, simulators }: Place) => {
  if (!hasCrm(config)) return undefined;
  const { url: given, token } = config.crm;
  const simulator = given === undefined ? await startCrmSimulator(simulators) : undefined;
  const url = given ?? simulator?.url ?? '';
  const http = tracedHttp(hooks, { partner: crmAdapter, baseUrl: url, headers: bearer(token) });
  return {
    url,
    simulated: simulator !== undefined,
    accounts: createCrmClient({ system: crmAdapter, send: http.send }),
    close: async (): Promise<void> => simulator?.close(),
  };
};

type Crm = NonNullable<Awaited<ReturnType<typeof connectCrm>>>;

/** Customers of the business units that leave something of them to the CRM. */
export const crmAccounts =
  ({ config, database, personal, writeSide, logger }: Parts, crm: Crm): Worker =>
  async (signal) => {
    await unlessAborted(database.controls.ready, signal);
    if (signal.aborted) return;
    await runCrmInboxes(
      {
        crm: crm.accounts,
        executor: writeSide.executor,
        catalog: writeSide.catalog,
        vault: personal.vault,
        checkpoints: database.checkpoints,
        stuckBoard: database.stuckBoard,
        clock: systemClock,
        pollMs: config.crm.pollMs,
        overlapMs: config.crm.overlapMs,
        onError: (error, failures) => logger.warn({ err: error, failures }, 'the CRM could not be asked for accounts'),
        isPaused: () => isAdapterPaused(database.controls, crmAdapter),
        controls: database.controls,
      },
      signal,
    );
  };
