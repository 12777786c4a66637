# Goes on behind the page's program: what a host in Perl may do. Silent when all is well.
sub checked {
    my ($condition, $what) = @_;
    die "failed: $what\n" unless $condition;
}

sub fails {
    my $call = shift;
    die "failed: no error\n" if eval { $call->(); 1 };
    return $@;
}

checked(fails(sub { check(erptoken_close($account)) })->{status} == -1002, 'closed twice');
checked(fails(sub { number(sub { erptoken_open(undef, @_) }) })->{status} == -1001, 'NULL');

$account = number(sub { erptoken_open('senior', @_) });
set($account, 'base_url', $ENV{ERPTOKEN_SANDBOX_SENIOR});
set($account, 'username', 'ninguém@empresa.com.br');
set($account, 'password', 'errada');
my $refused = fails(sub { text(sub { erptoken_get($account, @_) }) });
checked($refused->{status} == -4001 && length($refused->{text}) > 20 && !$refused->{retryable}, 'a refused password');

set($account, 'username', 'admin@empresa.com.br');
set($account, 'password', 'senhaUsuario');
# Longer than the first buffer, with letters of every length.
my $body = '{"nome":"josé € 😀' . 'x' x 4000 . '"}';
$answer = number(sub {
    erptoken_request($account, 'POST', '/tms/freights', "X-Erp: 1\r\nX-Other: 2", encode('UTF-8', $body), -1, @_);
});
my $back = text(sub { erptoken_response_field($answer, '/text', @_) });
checked($back eq $body, "the body as it arrived: $back");

for my $expected (0, -4009) {
    $token = text(sub { erptoken_authorization($account, @_) });
    checked(erptoken_reject($account, $token) == $expected, 'a token that replaced a refused one');
}
