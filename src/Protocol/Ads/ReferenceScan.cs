using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Ads;

/// <summary>
/// Finds children that Envoy will not ask for although it waits for them: it keeps providers of secrets, routes and filter
/// configurations by name and by the bytes of the config source. A parent that names a child in other bytes than before
/// makes a new provider whose interest folds into the old one, so no request comes: the child must be sent again.
/// Works on encoded bytes and may find too much (a child is then sent once more), never too little.
/// </summary>
internal static class ReferenceScan
{
    /// <summary>Bytes before a route's name that cover the config source there.</summary>
    private const int SourceWindow = 96;

    /// <summary>Sends children of a channel again that a written parent refers to in a new way.</summary>
    /// <param name="parents">Channel of the parents, with their earlier slice still as base.</param>
    public static void SendAgain(TypeChannel parents, TypeChannel children, ResponsePlan written, ResourceEngine engine)
    {
        if (children.Subscription.NameCount == 0)
        {
            return;
        }

        foreach (var parent in written.New)
        {
            var now = engine.Message(parent);
            var before = parents.Base is null ? ResourceRef.None : parents.Base.Find(engine.Name(parent));
            foreach (var name in children.Subscription)
            {
                if (RefersAnew(now, before, parents.Base, engine.Symbols.Name(name), engine))
                {
                    children.SendAgain(name);
                }
            }
        }
    }

    private static bool RefersAnew(ReadOnlySpan<byte> now, ResourceRef before, ResourceSlice? all, ReadOnlySpan<byte> name, ResourceEngine engine)
    {
        var from = 0;
        while (true)
        {
            var at = now[from..].IndexOf(name);
            if (at < 0)
            {
                return false;
            }

            at += from;
            var reference = Reference(now, at, name.Length);
            if (!reference.IsEmpty && (before.IsNone || engine.Message(before).IndexOf(reference) < 0) && !IsKnown(all, reference, engine))
            {
                return true;
            }

            from = at + name.Length;
        }
    }

    private static bool IsKnown(ResourceSlice? all, ReadOnlySpan<byte> reference, ResourceEngine engine)
    {
        if (all is null)
        {
            return false;
        }

        foreach (var (_, resource) in all)
        {
            if (engine.Message(resource).IndexOf(reference) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The bytes that make a reference: a whole string field with the message behind it (<c>SdsSecretConfig</c>: name = 1,
    /// config = 2; a filter: name = 1, <c>config_discovery</c> = 5), or with what is before it (<c>Rds</c>: source = 1, name = 2).
    /// Empty when the name is only part of another word.
    /// </summary>
    private static ReadOnlySpan<byte> Reference(ReadOnlySpan<byte> bytes, int at, int length)
    {
        var head = 1 + FieldWriter.SizeOfVarint((uint)length);
        if (at < head || !IsLength(bytes[(at - head + 1)..at], length))
        {
            return default;
        }

        var end = at + length;
        if (bytes[at - head] == 0x12)
        {
            return bytes[Math.Max(0, at - head - SourceWindow)..end];
        }

        if (bytes[at - head] != 0x0A || end >= bytes.Length || bytes[end] is not (0x12 or 0x2A))
        {
            return default;
        }

        var rest = bytes[(end + 1)..];
        return FieldReader.TryVarint(ref rest, out var config) && config <= (ulong)rest.Length
            ? bytes[(at - head)..(bytes.Length - rest.Length + (int)config)]
            : default;
    }

    private static bool IsLength(ReadOnlySpan<byte> varint, int length) =>
        FieldReader.TryVarint(ref varint, out var value) && varint.IsEmpty && value == (ulong)length;
}
