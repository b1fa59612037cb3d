import { ineligibility } from '../availability/shipping.ts';
import { defineProcess, type Remembering } from './process.ts';

/** `isClosed`: it could not supply when it was last defined. */
type NodeState = Remembering & { readonly isClosed: boolean };

type NodeMemory = { readonly isClosed?: boolean };

/**
 * Nothing is taken from a closed node, so what lies there was offered in vain to whoever waits elsewhere. When the node
 * supplies again its positions say what they have, which is then offered as if it had just come. One instance per node.
 */
export const nodeReopening = defineProcess({
  name: 'reopening',
  categories: ['node'],
  eventTypes: ['NodeDefined'],
  initial: { lastCausePosition: '', isClosed: false } as NodeState,
  keyOf: ({ data }) => `${data.bu}:${data.node}`,
  react: (state, { data, position }) => {
    const isClosed = ineligibility(data) !== null;
    if (isClosed === state.isClosed) return undefined;
    const { bu, node } = data;
    const memory: NodeMemory = { isClosed };
    if (isClosed) return { intents: [], memory };
    const payload = { bu, node, definedAt: position };
    return { intents: [{ step: 'offerStock', lane: `reopening:${bu}:${node}`, payload }], memory };
  },
  remember: (state, { isClosed = state.isClosed }: NodeMemory): NodeState => ({ ...state, isClosed }),
});
