package com.facebook.react.bridge

interface ReadableMapKeySetIterator {
  fun hasNextKey(): Boolean
  fun nextKey(): String
}

interface ReadableMap {
  fun keySetIterator(): ReadableMapKeySetIterator
  fun getString(name: String): String?
}
