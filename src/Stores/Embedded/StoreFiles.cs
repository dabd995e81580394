using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Mesh.Stores.Embedded.Storage;

namespace Mesh.Stores.Embedded;

/// <summary>
/// Names and small contents of a store's files: <c>CURRENT</c> names the log in use, <c>store-NNNNNN.log</c> are logs,
/// <c>confirmed</c> remembers the last confirmed record in two slots, of which one is always whole.
/// </summary>
internal static class StoreFiles
{
    /// <summary>Names the log in use.</summary>
    public const string Current = "CURRENT";

    /// <summary>Remembers the last confirmed record.</summary>
    public const string Confirmed = "confirmed";

    private const string CurrentFormat = "mesh-store 1";
    private const string LogPrefix = "store-";
    private const string LogSuffix = ".log";
    private const int SlotBytes = 24;
    private const int SlotDistance = 512;

    /// <summary>Name of a log.</summary>
    public static string LogName(int generation) => string.Create(CultureInfo.InvariantCulture, $"{LogPrefix}{generation:D6}{LogSuffix}");

    /// <summary>Logs in a folder.</summary>
    public static IReadOnlyList<string> Logs(IStorageFolder folder) => [.. folder.List().Where(
        name => name.StartsWith(LogPrefix, StringComparison.Ordinal) && name.EndsWith(LogSuffix, StringComparison.Ordinal))];

    /// <summary>Number of the log in use; null when the store is new.</summary>
    /// <exception cref="StoreDamagedException">The file is not what was written.</exception>
    public static int? ReadCurrent(IStorageFolder folder)
    {
        if (folder.ReadSmall(Current) is not { } bytes)
        {
            return null;
        }

        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        if (lines is [CurrentFormat, var number, var hash, ""]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            && hash == HashOf(number))
        {
            return generation;
        }

        throw new StoreDamagedException(Path.Combine(folder.Path, Current), 0, "it does not name a log");
    }

    /// <summary>Makes a log the one in use, at once.</summary>
    public static void WriteCurrent(IStorageFolder folder, int generation)
    {
        var number = generation.ToString(CultureInfo.InvariantCulture);
        folder.ReplaceSmall(Current, Encoding.UTF8.GetBytes($"{CurrentFormat}\n{number}\n{HashOf(number)}\n"));
    }

    /// <summary>Whether a log may be the one in use after a fault of <see cref="WriteCurrent"/>: what cannot be read may be anything.</summary>
    public static bool MayBeCurrent(IStorageFolder folder, int generation)
    {
        try
        {
            return ReadCurrent(folder) is not { } current || current == generation;
        }
        catch (Exception fault) when (fault is IOException or StoreDamagedException)
        {
            return true;
        }
    }

    /// <summary>Deletes a log that is not in use, or leaves it: it is removed at the next start.</summary>
    public static void TryDelete(IStorageFolder folder, int generation)
    {
        try
        {
            folder.Delete(LogName(generation));
        }
        catch (IOException)
        {
            // It takes up room, no more.
        }
    }

    /// <summary>Last record of a log that is known to be confirmed; -1 when nothing is known.</summary>
    public static long ReadConfirmed(IStorageFile file, int generation)
    {
        var best = -1L;
        Span<byte> slot = stackalloc byte[SlotBytes];
        for (var i = 0; i < 2; i++)
        {
            if (file.Read(i * SlotDistance, slot) == SlotBytes
                && BinaryPrimitives.ReadUInt64LittleEndian(slot[16..]) == XxHash64.HashToUInt64(slot[..16])
                && BinaryPrimitives.ReadInt64LittleEndian(slot) == generation)
            {
                best = Math.Max(best, BinaryPrimitives.ReadInt64LittleEndian(slot[8..]));
            }
        }

        return best;
    }

    /// <summary>Remembers a confirmed record, in one slot and the other by turns. Not flushed: it guards against damage, not against crashes.</summary>
    public static void WriteConfirmed(IStorageFile file, int generation, long sequence, int turn)
    {
        Span<byte> slot = stackalloc byte[SlotBytes];
        BinaryPrimitives.WriteInt64LittleEndian(slot, generation);
        BinaryPrimitives.WriteInt64LittleEndian(slot[8..], sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[16..], XxHash64.HashToUInt64(slot[..16]));
        file.Write((turn & 1) * SlotDistance, slot);
    }

    private static string HashOf(string text) => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text)).ToString("x16", CultureInfo.InvariantCulture);
}
