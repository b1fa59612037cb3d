import {
  type BinaryExpression,
  isBinaryExpression,
  isBlock,
  isParenthesizedExpression,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  isReturnStatement,
  isStringLiteral,
  isThrowStatement,
  type Node,
  SyntaxKind,
} from 'typescript/unstable/ast';

/** One of several names that a `type` can have: what is asked is where the code goes with it. */
export type Selected = { readonly names: ReadonlySet<string>; readonly name: string };

const isTypeOf = (node: Node): boolean => isPropertyAccessExpression(node) && node.name.text === 'type';

export const isComparison = ({ operatorToken: { kind } }: BinaryExpression): boolean =>
  kind === SyntaxKind.EqualsEqualsEqualsToken || kind === SyntaxKind.ExclamationEqualsEqualsToken;

const compared = (node: BinaryExpression, { names, name }: Selected): boolean | undefined => {
  const [literal, other] = isStringLiteral(node.right) ? [node.right, node.left] : [node.left, node.right];
  if (!isStringLiteral(literal) || !names.has(literal.text) || !isTypeOf(other)) return undefined;
  return (literal.text === name) === (node.operatorToken.kind === SyntaxKind.EqualsEqualsEqualsToken);
};

/** Whether a condition holds for the selected name; undefined: that depends on something else too. */
export const holds = (node: Node, selected: Selected | undefined): boolean | undefined => {
  if (selected === undefined) return undefined;
  if (isParenthesizedExpression(node)) return holds(node.expression, selected);
  if (isPrefixUnaryExpression(node) && node.operator === SyntaxKind.ExclamationToken) {
    const inner = holds(node.operand, selected);
    return inner === undefined ? undefined : !inner;
  }
  if (!isBinaryExpression(node)) return undefined;
  if (isComparison(node)) return compared(node, selected);
  const { kind } = node.operatorToken;
  const isAnd = kind === SyntaxKind.AmpersandAmpersandToken;
  if (!isAnd && kind !== SyntaxKind.BarBarToken) return undefined;
  const [left, right] = [holds(node.left, selected), holds(node.right, selected)];
  // What decides an `and` is a no, what decides an `or` a yes.
  if (left === !isAnd || right === !isAnd) return !isAnd;
  return left === isAnd && right === isAnd ? isAnd : undefined;
};

/** Whether nothing behind the statement is reached through it. */
export const isExit = (node: Node): boolean => {
  if (isReturnStatement(node) || isThrowStatement(node)) return true;
  const last = isBlock(node) ? node.statements.at(-1) : undefined;
  return last !== undefined && isExit(last);
};
