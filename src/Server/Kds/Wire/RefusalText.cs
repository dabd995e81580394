using Mesh.Model.Kinds;

namespace Mesh.Server.Kds.Wire;

/// <summary>What a zone answers to a response that it does not take. Ours name each resource: <c>MeshTimeout slow.default: reason; MeshTimeout ...</c>.</summary>
internal static class RefusalText
{
    /// <summary>The faults in a text; one without a name where it has another form.</summary>
    public static IReadOnlyList<KdsFault> Read(string type, string message)
    {
        var prefix = type + " ";
        if (!message.StartsWith(prefix, StringComparison.Ordinal))
        {
            return [New(type, null, message)];
        }

        var faults = new List<KdsFault>();
        foreach (var part in message[prefix.Length..].Split("; " + prefix))
        {
            var end = part.IndexOf(": ", StringComparison.Ordinal);
            faults.Add(end > 0 ? New(type, part[..end], part[(end + 2)..]) : New(type, null, part));
        }

        return faults;
    }

    private static KdsFault New(string type, string? name, string reason) =>
        new() { Direction = KdsDirections.GlobalToZone, Type = type, Name = name, Reason = reason };
}
