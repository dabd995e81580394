namespace Mesh.Stores.Embedded.Log;

/// <summary>What a record is. The numbers are on disk: they never change, and there may only be more of them.</summary>
internal enum RecordKind : byte
{
    /// <summary>First of a log: format, store, generation.</summary>
    Header = 1,

    /// <summary>Changes of one write, or a part of them: all or nothing.</summary>
    Changes = 2,

    /// <summary>Resources as they were when the log was begun.</summary>
    Snapshot = 3,
}

/// <summary>A record without its body.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Continues">The next record is a part of the same.</param>
/// <param name="Sequence">Its number in the file.</param>
/// <param name="Durable">Records up to this number were on disk when it was made; -1: none.</param>
/// <param name="Author">Mark of the program that encoded its body; 0: none that is known.</param>
internal readonly record struct LogRecord(RecordKind Kind, bool Continues, long Sequence, long Durable, ushort Author);
