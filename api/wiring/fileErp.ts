import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileErp, createFileLookup } from '../../adapters/erp/file/client.ts';
import { startFileErpSimulator } from '../../adapters/erp/file/simulator.ts';
import type { ErpSystem } from '../erpSystems.ts';
import type { ConnectErp } from './erps.ts';

type InFiles = Extract<ErpSystem, { readonly interface: 'file' }>;

/** Without a folder for the simulators what it knows ends with it, and so do its files. */
const folderFor = (system: string, directory: string | undefined): Promise<string> | string =>
  directory === undefined ? mkdtemp(join(tmpdir(), `erp-${system}-`)) : join(directory, `${system}-files`);

/** An ERP that takes files and answers with files, in a folder that both sides reach. */
export const connectFileErp: ConnectErp<InFiles> = async (system, settings, { hooks, simulators }) => {
  const folder = settings.folder ?? (await folderFor(system, simulators.directory));
  const simulator =
    settings.folder === undefined ? await startFileErpSimulator({ ...simulators, name: system, folder }) : undefined;
  const onAttempt = (operation: string, outcome: string, ms: number) =>
    hooks.onAttempt?.({ partner: system, operation, outcome, ms });
  const options = { system, folder, onAttempt };
  return {
    url: simulator?.url ?? folder,
    where: folder,
    erp: createFileErp(options),
    lookup: createFileLookup(options),
    receivables: undefined,
    book: undefined,
    simulator,
  };
};
