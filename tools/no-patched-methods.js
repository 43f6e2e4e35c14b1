import ts from 'typescript';

/**
 * Finds methods that are replaced on an object: by an assignment, `Object.assign`, `Object.defineProperty` or
 * `Reflect.set`. A property that holds a function is there to be set; a method is not.
 * @type {import('eslint').Rule.RuleModule}
 */
export const noPatchedMethods = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      patched:
        '{{name}} is a method, and its callers expect the behavior of its class. Override it in a subclass, or pass the object what it should call.',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    const typeOf = (node) => checker.getTypeAtLocation(services.esTreeNodeToTSNodeMap.get(node));
    const check = (node, object, name) => {
      const member = typeof name === 'string' && typeOf(object).getProperty(name);
      if (member && member.flags & ts.SymbolFlags.Method)
        context.report({ node, messageId: 'patched', data: { name } });
    };
    return {
      "AssignmentExpression[left.type='MemberExpression']": (node) => {
        const { object, property, computed } = node.left;
        check(property, object, nameOf(property, computed));
      },
      "CallExpression[callee.object.name='Object'][callee.property.name='assign']": (node) => {
        const [target, ...sources] = node.arguments;
        for (const { key, computed } of sources.flatMap(({ properties = [] }) => properties))
          if (key) check(key, target, nameOf(key, computed));
      },
      'CallExpression[callee.object.name=/^(Object|Reflect)$/][callee.property.name=/^(defineProperty|set)$/]':
        (node) => {
          const [target, key] = node.arguments;
          check(key, target, nameOf(key, true));
        },
    };
  },
};

/** Undefined for a private name, and for one that is known only when the program runs. */
function nameOf(node, isComputed) {
  if (node.type === 'Literal') return node.value;
  return node.type === 'Identifier' && !isComputed ? node.name : undefined;
}
