package dev.modelshelf.proof

import dev.modelshelf.files.ModelFilesModule

/**
 * Calls the module's functions for another process. After the last line the module is destroyed, and the process ends if
 * that leaves no thread of the module's.
 */
fun main() {
  val definition = ModelFilesModule().definition()
  forEachCall { call, name, args ->
    definition.asyncFunctions.getValue(name).call(
      args,
      { value -> answer(call, "value" to value) },
      { error -> answer(call, "code" to error.code, "message" to error.message) }
    )
  }
  definition.destroy()
}
