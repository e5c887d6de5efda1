package android.database

interface Cursor
