// What the linter asks of the UI: strict TypeScript, Vue's recommended rules, no `any`.
import pluginVue from "eslint-plugin-vue";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "src/api/rights.ts", "src/api/schema.ts"] },
  ...tseslint.configs.recommended,
  ...pluginVue.configs["flat/recommended"],
  { rules: pluginVue.configs["no-layout-rules"].rules }, // Prettier decides the layout
  { files: ["**/*.vue"], languageOptions: { parserOptions: { parser: tseslint.parser } } },
  {
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      complexity: ["error", 10],
      "max-depth": ["error", 3],
      "max-params": ["error", 5],
      "max-lines-per-function": ["error", { max: 80, skipBlankLines: true, skipComments: true }], // a composable is one
      "vue/multi-word-component-names": "off",
      "vue/attributes-order": "off",
      "vue/prop-name-casing": ["error", "snake_case"], // the API's own words, unmapped
      "vue/component-api-style": ["error", ["script-setup"]],
      "vue/define-macros-order": ["error", { order: ["defineProps", "defineEmits"] }],
    },
  },
  { files: ["scripts/**"], rules: { "no-console": "off" } },
);
