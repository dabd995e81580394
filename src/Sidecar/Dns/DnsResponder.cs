namespace Mesh.Sidecar.Dns;

/// <summary>Decides what a query is answered with: names of the mesh at once, all others by the machine's name servers.</summary>
internal sealed class DnsResponder(DnsForwarder forwarder)
{
    private volatile DnsNames _names = DnsNames.None;

    /// <summary>The names it answers for; replaced as a whole.</summary>
    public DnsNames Names
    {
        get => _names;
        set => _names = value;
    }

    /// <summary>The answer to a message; null for bytes that are no query: those get none.</summary>
    public async ValueTask<byte[]?> RespondAsync(ReadOnlyMemory<byte> message, bool overTcp, CancellationToken cancellationToken)
    {
        if (!DnsMessage.IsQuery(message.Span))
        {
            return null;
        }

        var code = DnsMessage.ReadQuestion(message.Span, out var question);
        if (code != DnsMessage.NoError)
        {
            return DnsMessage.Failure(message.Span, 0, code);
        }

        var names = _names;
        if (question.Class == DnsMessage.ClassIn && names.Find(question.Name, question.Type) is { } addresses)
        {
            var limit = overTcp ? DnsMessage.MaxMessage : DnsMessage.UdpLimit(message.Span, question);
            return DnsMessage.Answer(message.Span, question, addresses, names.Ttl, limit);
        }

        return await forwarder.AskAsync(message, overTcp, cancellationToken).ConfigureAwait(false)
            ?? DnsMessage.Failure(message.Span, question.End, DnsMessage.ServerFailure);
    }
}
