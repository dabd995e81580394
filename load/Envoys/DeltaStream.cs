using Mesh.Protocol.Wire;

namespace Mesh.Load.Envoys;

/// <summary>A stream of <c>DeltaAggregatedResources</c>.</summary>
internal sealed class DeltaStream(EnvoyContext context, EnvoyState state) : EnvoyStream(context, state)
{
    /// <summary>Path of the method.</summary>
    public const string Path = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

    private const byte Node = 0x0A;
    private const byte TypeUrl = 0x12;
    private const byte Subscribe = 0x1A;
    private const byte Unsubscribe = 0x22;
    private const byte InitialVersions = 0x2A;
    private const byte ResponseNonce = 0x32;
    private const byte ErrorDetail = 0x3A;
    private const byte Key = 0x0A;
    private const byte Value = 0x12;

    protected override int Take(HeldType held, ReadOnlySpan<byte> message)
    {
        var count = 0;
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            if (fields.Field == 2)
            {
                count++;
                var number = Context.Facts.AddDelta(held.Kind, fields.Bytes);
                if (State.Take(held, number, Context.Changes) && Context.Facts[number].Stamp is var stamp and > 0)
                {
                    Context.Observer.Aged(stamp);
                }
            }
            else if (fields.Field == 6)
            {
                State.Remove(held, Context.Facts.Names.Add(fields.Bytes), Context.Changes);
            }
        }

        return count;
    }

    protected override void WriteFirst(HeldType held)
    {
        WriteNode(Node);
        FieldWriter.WriteBytes(Context.Request, TypeUrl, held.Kind.Url);
        foreach (var (name, entry) in held.Entries)
        {
            if (!held.Kind.IsWildcard)
            {
                FieldWriter.WriteBytes(Context.Request, Subscribe, Context.Facts.Names[name]);
            }

            var number = HeldType.FactOf(entry);
            if (number > FactTable.Absent)
            {
                var version = Context.Facts[number].Version;
                var key = Context.Facts.Names[name];
                FieldWriter.WriteHead(Context.Request, InitialVersions, FieldWriter.SizeOfBytes(key.Length) + FieldWriter.SizeOfBytes(version.Length));
                FieldWriter.WriteBytes(Context.Request, Key, key);
                FieldWriter.WriteBytes(Context.Request, Value, version);
            }
        }
    }

    protected override void WriteChange(HeldType held)
    {
        FieldWriter.WriteBytes(Context.Request, TypeUrl, held.Kind.Url);
        foreach (var name in Context.Changes.Added(held.Kind))
        {
            FieldWriter.WriteBytes(Context.Request, Subscribe, Context.Facts.Names[name]);
        }

        foreach (var name in Context.Changes.Removed(held.Kind))
        {
            FieldWriter.WriteBytes(Context.Request, Unsubscribe, Context.Facts.Names[name]);
        }
    }

    protected override void WriteAnswer(HeldType held, ReadOnlySpan<byte> nonce, string? error)
    {
        FieldWriter.WriteBytes(Context.Request, TypeUrl, held.Kind.Url);
        FieldWriter.WriteBytes(Context.Request, ResponseNonce, nonce);
        if (error is not null)
        {
            WriteError(ErrorDetail, error);
        }
    }
}
