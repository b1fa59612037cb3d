import { makeKeys } from '../keys.ts';
import type { CliCommand } from './command.ts';

export const newKeysCommand: CliCommand = {
  usage: 'new-keys',
  summary: "A set of callers' keys for KEYS_FILE",
  examples: ['new-keys > keys.json'],
  run: async () => {
    const keys = makeKeys('tl_');
    return { value: keys, text: JSON.stringify(keys, null, 2) };
  },
};
