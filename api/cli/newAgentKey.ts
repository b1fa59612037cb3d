import { makeKey } from '../keys.ts';
import { type CliCommand, Stop } from './command.ts';

export const newAgentKeyCommand: CliCommand = {
  usage: 'new-agent-key <system>',
  summary: 'A key for the agent of a system, for "agents" in KEYS_FILE',
  examples: ['new-agent-key erp', 'new-agent-key wms'],
  run: async ([system = '']) => {
    if (!/^[a-z][a-z0-9-]{0,29}$/.test(system)) throw new Stop(`${system} is no system, such as erp or wms.`, 2);
    const agents = { [system]: makeKey('tl_agent_', system) };
    return { value: { agents }, text: JSON.stringify({ agents }, null, 2) };
  },
};
