import { createCrmClient } from '../../adapters/crm/client.ts';
import { createCrmQuotes } from '../../adapters/crm/quotesClient.ts';
import { startCrmSimulator } from '../../adapters/crm/simulator.ts';
import type { ServeSimulator } from '../../adapters/http/simulatedPartner.ts';
import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { createCrmInbox, runCrmInboxes } from '../../commands/inbox/crmInbox.ts';
import { createCrmQuotesInbox } from '../../commands/inbox/crmQuotes.ts';
import type { CrmReaderPorts } from '../../commands/inbox/crmReader.ts';
import { isAdapterPaused } from '../../commands/steering/controls.ts';
import type { Config } from '../config.ts';
import { understoodOrder } from '../orderBody.ts';
import { orderOfPoIn } from './edi.ts';
import { bearer, type Hooks, tracedHttp } from './partnerHttp.ts';
import { onceHoldsAreKnown } from './pauses.ts';
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
    quotes: createCrmQuotes({ system: crmAdapter, send: http.send }),
    close: async (): Promise<void> => simulator?.close(),
  };
};

type Crm = NonNullable<Awaited<ReturnType<typeof connectCrm>>>;

/** What its readers have in common; `asked`: what could not be asked for when the CRM is away. */
const readerPorts = ({ config, database, writeSide, logger }: Parts, asked: string): CrmReaderPorts => ({
  catalog: writeSide.catalog,
  checkpoints: database.checkpoints,
  stuckBoard: database.stuckBoard,
  clock: systemClock,
  pollMs: config.crm.pollMs,
  overlapMs: config.crm.overlapMs,
  onError: (error, failures) => logger.warn({ err: error, failures }, `the CRM could not be asked for ${asked}`),
  isPaused: () => isAdapterPaused(database.controls, crmAdapter),
  controls: database.controls,
  discards: database.messageDiscards,
});

/** Customers of the business units that leave something of them to the CRM. */
export const crmAccounts = (parts: Parts, crm: Crm): Worker => {
  const { database, personal, writeSide } = parts;
  const ports = {
    ...readerPorts(parts, 'accounts'),
    ...{ crm: crm.accounts, executor: writeSide.executor, vault: personal.vault },
  };
  return onceHoldsAreKnown(database, (signal) => runCrmInboxes(ports, (bu) => createCrmInbox(ports, bu), signal));
};

/** Orders of the quotes that their inside sales won there. */
export const crmQuotes = (parts: Parts, crm: Crm): Worker => {
  const { database, personal, writeSide } = parts;
  const { submitOrder, canClaim, contentChecks } = writeSide.application;
  const ports = {
    ...readerPorts(parts, 'quotes'),
    ...{ crm: crm.quotes, accounts: crm.accounts, vault: personal.vault },
    ...{ executor: writeSide.executor, store: writeSide.store },
    ...{ submitOrder, canClaim, contentChecks, understand: understoodOrder },
    payloads: createPayloadStore(database.pool),
    orderOfPo: orderOfPoIn(database.claims),
  };
  return onceHoldsAreKnown(database, (signal) => runCrmInboxes(ports, (bu) => createCrmQuotesInbox(ports, bu), signal));
};
