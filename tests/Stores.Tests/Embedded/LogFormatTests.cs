using Mesh.Stores.Embedded.Log;

namespace Mesh.Stores.Tests.Embedded;

public sealed class LogFormatTests
{
    [Fact]
    public void RecordKinds_OnDisk_NeverChange()
    {
        // May only grow: logs that exist hold these numbers.
        Assert.Equal(
            new Dictionary<string, int> { ["Header"] = 1, ["Changes"] = 2, ["Snapshot"] = 3 },
            Enum.GetValues<RecordKind>().ToDictionary(kind => kind.ToString(), kind => (int)kind));
        Assert.Equal((1, 64, 20), (LogFormat.Version, (int)LogFormat.Begin, LogFormat.PageBits));
    }

    [Fact]
    public void Write_Record_HasTheseBytes()
    {
        var bytes = new byte[64];
        var length = LogFormat.Write(bytes, RecordKind.Changes, continues: true, author: 0, sequence: 258, durable: 257, "abc"u8);
        Assert.Equal("4d5245430201000002010000000000000101000000000000e6808b12b743c9f8616263", Convert.ToHexStringLower(bytes.AsSpan(0, length)));
        Assert.True(LogFormat.TryRead(bytes.AsSpan(0, length), out var record));
        Assert.Equal(new LogRecord(RecordKind.Changes, true, 258, 257, 0), record);
    }

    [Fact]
    public void Write_RecordOfAnAuthor_HasItWhereProgramsBeforeDoNotLook()
    {
        var bytes = new byte[64];
        var length = LogFormat.Write(bytes, RecordKind.Changes, continues: false, author: 0x1234, sequence: 1, durable: 0, "abc"u8);
        Assert.Equal("4d524543020034120100000000000000", Convert.ToHexStringLower(bytes.AsSpan(0, 16)));
        Assert.True(LogFormat.TryRead(bytes.AsSpan(0, length), out var record));
        Assert.Equal(0x1234, record.Author);
    }

    [Fact]
    public void TryRead_AnyBitChanged_IsFalse()
    {
        var bytes = new byte[40];
        LogFormat.Write(bytes, RecordKind.Changes, false, 7, 1, 0, "12345678"u8);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(LogFormat.TryRead(bytes, out _), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(LogFormat.TryRead(bytes, out _));
    }
}
