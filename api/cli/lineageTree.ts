import type { LineageEdgeView, LineageNodeView, LineageView } from '../../projections/lineage/queries.ts';
import { moneyWith, paint, type Tree, tree } from '../terminal.ts';

/** Money and quantity of a node, as a person reads them. */
const figures = (node: LineageNodeView): string => {
  const money = (minor: unknown): string => moneyWith(String(minor), node.currency);
  if (node.type === 'GL_LINE') {
    const side = node.debit === '0' ? `credit ${money(node.credit)}` : `debit ${money(node.debit)}`;
    return [side, String(node.state), node.erpDoc ?? ''].filter(Boolean).join('  ');
  }
  const qty = node.qty === undefined ? '' : `qty ${node.qty}`;
  const flowsOn = node.type === 'ORDER_LINE' || node.type === 'RESERVATION';
  const open = !flowsOn || node.open === undefined || node.open === '0' ? '' : `${node.open} open`;
  const amount = node.amount === undefined ? '' : money(node.amount);
  return [qty, open, amount].filter(Boolean).join('  ');
};

const labelOf = (node: LineageNodeView, edge: LineageEdgeView | undefined, asked: boolean): string => {
  const kind = edge === undefined ? '' : paint(`${edge.kind} `, 'dim');
  const name = asked ? paint(node.label, 'bold') : node.label;
  const type = paint(node.type.toLowerCase().replaceAll('_', ' '), 'cyan');
  return [`${kind}${type}  ${name}`, figures(node), asked ? paint('<- asked for', 'green') : '']
    .filter(Boolean)
    .join('  ');
};

/** What flows on from each node, drawn below it. A node that several ways lead to is drawn once; the others point to it. */
const forestOf = ({ nodes, edges }: LineageView, isAsked: (id: string) => boolean): readonly Tree[] => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const onward = Map.groupBy(edges, ({ from }) => from);
  const reached = new Set(edges.map(({ to }) => to));
  const drawn = new Set<string>();
  const draw = (node: LineageNodeView, edge?: LineageEdgeView): Tree => {
    const label = labelOf(node, edge, isAsked(node.id));
    if (drawn.has(node.id)) return { label: `${label}  ${paint('(above)', 'dim')}`, children: [] };
    drawn.add(node.id);
    const children = (onward.get(node.id) ?? []).flatMap((next) => {
      const child = byId.get(next.to);
      return child === undefined ? [] : [draw(child, next)];
    });
    return { label, children };
  };
  return nodes.filter(({ id }) => !reached.has(id)).map((node) => draw(node));
};

type Margin = Pick<LineageView['summary'], 'currency' | 'revenue' | 'discount' | 'credited' | 'cost' | 'margin'>;

const marginText = ({ currency, revenue, discount, credited, cost, margin }: Margin): string => {
  const money = (minor: string): string => moneyWith(minor, currency);
  const back = credited === '0' ? '' : `, credited ${money(credited)}`;
  return `revenue ${money(revenue)}, discount ${money(discount)}${back}, cost ${money(cost)}, margin ${money(margin)}`;
};

const summaryOf = ({ summary, gaps, truncated }: LineageView): readonly string[] => {
  const { orderLine, ordered, shipped, invoiced, margins = [summary] } = summary;
  return [
    `${orderLine === null ? '' : `order line ${orderLine}: `}ordered ${ordered}, shipped ${shipped}, invoiced ${invoiced}`,
    ...margins.map(marginText),
    summary.complete
      ? paint('complete: everything comes from somewhere and flows on once', 'green')
      : paint(
          `not complete: ${[...gaps.map(({ node, reason, detail }) => `${node} ${reason} ${detail}`), ...(truncated ? ['only a part was looked at'] : [])].join('; ')}`,
          'red',
        ),
    ...(truncated ? [paint('There is more than is drawn here.', 'red')] : []),
  ];
};

/** The graph as trees, from where goods and money come to where they go, with its sums below. */
export const lineageText = (view: LineageView, isAsked: (id: string) => boolean): string =>
  [...forestOf(view, isAsked).map(tree), '', ...summaryOf(view)].join('\n');
