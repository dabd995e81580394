using Mesh.Protocol.Kds;

namespace Mesh.Protocol.Tests.Kds;

/// <summary>A host that does nothing but remember what was left out.</summary>
internal sealed class KdsSenderOwner : IKdsSenderOwner
{
    public string? LeftOut { get; private set; }

    public void FeedChanged()
    {
    }

    public void Subscribed(string type)
    {
    }

    public void Sent(string type, int resources, int removed, int bytes)
    {
    }

    public void Accepted(string type)
    {
    }

    public void Rejected(string type, string message)
    {
    }

    public void TooLarge(string type, string? name, int bytes) => LeftOut = name;
}
