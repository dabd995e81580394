namespace Mesh.Server.Bootstrap;

/// <summary>Decides whether a token lets its bearer act as a Dataplane. Two exist: tokens on, and authentication off.</summary>
public interface IDataplaneTokenValidator
{
    /// <summary>Whether a token is asked for at all.</summary>
    bool IsRequired { get; }

    /// <summary>Why the token is refused, for the one who started the proxy; null when it is accepted.</summary>
    /// <param name="token">The token as sent, not empty. Never logged.</param>
    /// <param name="mesh">Mesh that the proxy names.</param>
    /// <param name="name">Dataplane that the proxy names.</param>
    /// <param name="labels">Labels of the Dataplane.</param>
    ValueTask<string?> ValidateAsync(
        string token, string mesh, string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken);
}
