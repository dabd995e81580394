using Mesh.Stores.Embedded.Log;
using Mesh.Stores.Embedded.Records;

namespace Mesh.Stores.Embedded;

/// <summary>Decodes pages of a log, one after another; several decode side by side. For one thread at a time.</summary>
/// <param name="codec">Reads changes.</param>
/// <param name="path">Where the log is, for messages.</param>
internal sealed class PageDecoder(ChangeCodec codec, string path)
{
    private readonly RecentTexts _texts = new();
    private readonly BlockBuilder _blocks = new();

    /// <summary>The changes of the last page, in order.</summary>
    public List<RecoveredChange> Changes { get; } = [];

    /// <summary>The header, if it was on a page; it is on the first.</summary>
    public LogHeader? Header { get; private set; }

    /// <summary>Decodes a page, and disposes of it.</summary>
    /// <exception cref="StoreDamagedException">The bytes of an entry are whole, and make no sense.</exception>
    public void Decode(LogPage page)
    {
        Changes.Clear();
        using (page)
        {
            foreach (var entry in page.Entries)
            {
                try
                {
                    Decode(entry);
                }
                catch (FormatException fault)
                {
                    throw new StoreDamagedException(path, entry.Position, fault.Message);
                }
            }
        }
    }

    private void Decode(in LogEntry entry)
    {
        var body = entry.Body.Span;
        if ((entry.Kind == RecordKind.Header) != (entry.Position == LogFormat.Begin))
        {
            throw new FormatException(entry.Kind == RecordKind.Header ? "a header stands within the log" : "the log does not begin with a header");
        }

        if (entry.Kind == RecordKind.Header)
        {
            Header = LogHeader.Read(body);
            return;
        }

        if (entry.Kind is not (RecordKind.Changes or RecordKind.Snapshot))
        {
            throw new FormatException($"{(int)entry.Kind} is no kind of record that this version knows");
        }

        var reader = new ByteReader(body);
        while (!reader.IsAtEnd)
        {
            var start = body.Length - reader.Remaining;
            var change = codec.Read(ref reader, _texts, _blocks, entry.Author);
            var raw = body[start..(body.Length - reader.Remaining)];
            Changes.Add(new RecoveredChange(change, raw, isSnapshot: entry.Kind == RecordKind.Snapshot, isForeign: entry.Author != codec.Author));
        }
    }
}
