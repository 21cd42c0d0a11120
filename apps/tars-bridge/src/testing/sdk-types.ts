// What the models' own SDKs call a function, against what we declare: read by the type check alone, never run.
import type Anthropic from '@anthropic-ai/sdk';
import type { FunctionDeclaration } from '@google/genai';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import type OpenAI from 'openai';
import type { RealtimeFunctionTool } from 'openai/resources/realtime/realtime';
import type { TarsBridge } from '../index.js';

/** Google's SDK names its schema types by an enum; what travels, and what we declare, are the strings behind it. */
type AsStrings<T> = T extends string ? `${T}` : T extends object ? { [Key in keyof T]: AsStrings<T[Key]> } : T;

export const asHostsPassThem = (bridge: TarsBridge) => ({
  gemini: bridge.functionDeclarations({ format: 'gemini' }) satisfies AsStrings<FunctionDeclaration>[] as FunctionDeclaration[],
  anthropic: bridge.functionDeclarations({ format: 'anthropic' }) satisfies Anthropic.Tool[],
  openai: bridge.functionDeclarations({ format: 'openai' }) satisfies OpenAI.ChatCompletionTool[],
  openaiRealtime: bridge.functionDeclarations({ format: 'openai-realtime' }) satisfies RealtimeFunctionTool[],
  mcp: bridge.functionDeclarations({ format: 'mcp' }) satisfies Tool[],
});
