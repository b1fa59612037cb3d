import { newMasterKey } from '../../adapters/notary/masterKeys.ts';
import type { CliCommand } from './command.ts';

export const newMasterKeyCommand: CliCommand = {
  usage: 'new-master-key',
  summary: 'A line for MASTER_KEY_FILE; added at its end it is the one that wraps from then on',
  examples: ['new-master-key >> master-keys'],
  run: async () => {
    const line = newMasterKey(new Date());
    return { value: line, text: line };
  },
};
